import type { Config } from '../config/schema.ts';
import { readSecretFile, readTextFile } from '../config/secret-file.ts';
import type { HistoryLocation } from '../history/store.ts';
import { durationMs } from '../util/duration.ts';

/** Where config says that history lies; undefined when it is switched off. */
export function historyLocation(config: Config): HistoryLocation | undefined {
  const { enabled, dir, s3 } = config.history;
  if (!enabled) return undefined;
  if (s3 === undefined) return { kind: 'directory', directory: dir ?? 'history' };
  const { accessKeyIdFile, secretAccessKeyFile, sessionTokenFile } = s3;
  return {
    kind: 's3',
    bucket: s3.bucket,
    prefix: s3.prefix,
    region: s3.region,
    ...(s3.endpoint !== undefined && { endpoint: s3.endpoint }),
    forcePathStyle: s3.forcePathStyle,
    tls: {
      minVersion: s3.minVersion,
      ...(s3.caFile !== undefined && { ca: readTextFile(s3.caFile, 'history.s3.caFile') }),
    },
    ...(accessKeyIdFile !== undefined &&
      secretAccessKeyFile !== undefined && {
        // Read at each use: a mounted Secret may have been rotated.
        credentials: async () => ({
          accessKeyId: (await readSecretFile(accessKeyIdFile, 'history.s3.accessKeyIdFile')).reveal(),
          secretAccessKey: await readSecretFile(secretAccessKeyFile, 'history.s3.secretAccessKeyFile'),
          ...(sessionTokenFile !== undefined && {
            sessionToken: await readSecretFile(sessionTokenFile, 'history.s3.sessionTokenFile'),
          }),
        }),
      }),
    timeoutMs: durationMs(s3.timeout),
  };
}
