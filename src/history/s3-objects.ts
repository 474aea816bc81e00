import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { HistoryError } from '../errors.ts';
import type { TlsOptions } from '../model/targets.ts';
import { createAgents } from '../util/agent.ts';
import type { Secret } from '../util/secret.ts';
import { traced } from '../util/trace.ts';
import { leaveTrace } from '../util/trail.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { hash } from './records.ts';

export interface S3Location {
  readonly kind: 's3';
  readonly bucket: string;
  /** Path in the bucket, without slashes at its ends; may be empty. */
  readonly prefix: string;
  readonly region: string;
  /** An S3-compatible server; undefined = AWS. */
  readonly endpoint?: string;
  readonly forcePathStyle: boolean;
  readonly tls?: TlsOptions;
  /** undefined: the AWS chain (environment, shared files, web identity, container, instance). */
  readonly credentials?: () => Promise<S3Credentials>;
  readonly timeoutMs: number;
  /** Tries of one call in all; default 4. */
  readonly maxAttempts?: number;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret;
}

/** A bucket. Each object is written by one conditional PUT (`If-None-Match: *`), so two writers cannot meet. */
export async function openS3Objects(location: S3Location): Promise<ObjectStore & { close(): void }> {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client(await clientConfig(location));
  const Bucket = location.bucket;
  const root = location.prefix === '' ? '' : `${location.prefix}/`;
  const place = `s3://${Bucket}/${location.prefix}`;
  const put = (key: string, body: Uint8Array, condition: { IfNoneMatch?: string }) =>
    client.send(
      new sdk.PutObjectCommand({
        Bucket,
        Key: root + key,
        Body: body,
        ContentLength: body.byteLength,
        Metadata: { sha256: hash(body) },
        ...condition,
      }),
    );
  return {
    place,
    putIfAbsent: (key, body) =>
      translate(place, `write ${key}`, async () => {
        for (let attempt = 1; ; attempt += 1) {
          try {
            await put(key, body, { IfNoneMatch: '*' });
            return 'created';
          } catch (error) {
            const status = statusOf(error);
            if (status === 412) return 'exists';
            // 409: another conditional put of this key is under way; it may still fail.
            if (status !== 409 || attempt >= 5) throw error;
            await new Promise((resolve) => setTimeout(resolve, 100 * attempt));
          }
        }
      }),
    replace: (key, body) =>
      translate(place, `replace ${key}`, async () => {
        await put(key, body, {});
      }),
    get: (key) =>
      translate(place, `read ${key}`, async () => {
        try {
          const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key: root + key }));
          return await Body?.transformToByteArray();
        } catch (error) {
          if (error instanceof sdk.NoSuchKey) return undefined;
          throw error;
        }
      }),
    list: (prefix) => translate(place, `list ${prefix}`, () => listAll(sdk, client, Bucket, root, prefix)),
    delete: (key) =>
      translate(place, `delete ${key}`, async () => {
        await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: root + key }));
      }),
    close: () => client.destroy(),
  };
}

async function clientConfig(location: S3Location): Promise<S3ClientConfig> {
  const url = new URL(location.endpoint ?? `https://s3.${location.region}.amazonaws.com`);
  const agents = await createAgents({ tls: location.tls ?? {}, maxSockets: 16 });
  const { credentials } = location;
  return {
    region: location.region,
    forcePathStyle: location.forcePathStyle,
    maxAttempts: location.maxAttempts ?? 4,
    // Newer defaults send trailers that older S3-compatible servers refuse; our own SHA-256 guards the content.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      [url.protocol === 'https:' ? 'httpsAgent' : 'httpAgent']: agents.forUrl(url),
      connectionTimeout: Math.min(location.timeoutMs, 10_000),
      requestTimeout: location.timeoutMs,
      throwOnRequestTimeout: true,
    },
    ...(location.endpoint !== undefined && { endpoint: location.endpoint }),
    ...(credentials !== undefined && {
      credentials: async () => {
        const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
        return {
          accessKeyId,
          secretAccessKey: secretAccessKey.reveal(),
          ...(sessionToken !== undefined && { sessionToken: sessionToken.reveal() }),
        };
      },
    }),
  };
}

async function listAll(
  sdk: typeof import('@aws-sdk/client-s3'),
  client: S3Client,
  Bucket: string,
  root: string,
  prefix: string,
): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(
      new sdk.ListObjectsV2Command({
        Bucket,
        Prefix: root + prefix,
        ...(ContinuationToken !== undefined && { ContinuationToken }),
      }),
    );
    for (const { Key, Size, LastModified } of page.Contents ?? []) {
      if (Key === undefined || Key.endsWith('/')) continue;
      const modifiedAt = (LastModified ?? new Date(0)).toISOString();
      found.push({ key: Key.slice(root.length), sizeBytes: Size ?? 0, modifiedAt });
    }
    if (page.IsTruncated === true && page.NextContinuationToken === undefined) {
      throw new HistoryError(`s3://${Bucket}/${root}${prefix}: the list was cut short without a continuation token`);
    }
    ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (ContinuationToken !== undefined);
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

async function translate<T>(place: string, what: string, work: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const trace = (outcome: 'ok' | 'unreachable' | 'server') =>
    leaveTrace({
      kind: 'call',
      system: place,
      method: what,
      outcome,
      bytes: 0,
      durationMs: Math.round(performance.now() - startedMs),
    });
  try {
    const span = { kind: 'call', attributes: { 'strandline.system': place } } as const;
    const answer = await traced(`S3 ${what.split(' ')[0]}`, span, work);
    trace('ok');
    return answer;
  } catch (error) {
    trace(statusOf(error) === undefined ? 'unreachable' : 'server');
    if (error instanceof HistoryError) throw error;
    const name = error instanceof Error ? error.name : 'unknown error';
    const status = statusOf(error);
    throw new HistoryError(
      `History in ${place}: could not ${what} (${name}${status === undefined ? '' : `, ${status}`})`,
      {
        cause: error,
        remedy: remedyFor(status),
      },
    );
  }
}

function remedyFor(status: number | undefined): string {
  if (status === 403) return 'Allow s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket, and check the keys.';
  if (status === 404) return 'Create the bucket, or correct history.s3.bucket.';
  return 'Check history.s3.endpoint, its CA file, and that the server is up.';
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const status: unknown = Reflect.get(error.$metadata as object, 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}
