import { parse } from 'yaml';
import { z } from 'zod';
import { SourceError } from '../../errors.ts';
import type { DriverConfig, Pod } from '../../model/kubernetes.ts';
import type { Logger } from '../../model/logger.ts';
import { defined } from '../../util/defined.ts';
import type { KubeApi } from './api.ts';
import { isObject } from './item.ts';

/** The key under which the chart of democratic-csi keeps the driver's config. */
const configKey = 'driver-config-file.yaml';

/**
 * What the drivers were told, out of the Secrets that their pods mount: which NAS, which parents. Everything else in them,
 * keys and passwords above all, is dropped here. One that cannot be read or understood is said and teaches nothing: then
 * less is known, and nothing else follows. Needs `get` on these Secrets.
 */
export async function readDriverConfigs(
  api: KubeApi,
  pods: readonly Pod[],
  namespaces: readonly string[],
  log: Logger,
): Promise<readonly DriverConfig[]> {
  const places = new Map<string, { readonly driver: string; readonly path: string }>();
  for (const pod of pods) {
    const driver = driverOf(pod);
    if (driver === undefined || (namespaces.length > 0 && !namespaces.includes(pod.namespace))) continue;
    for (const secret of pod.configSecrets ?? [])
      places.set(`${driver} ${pod.namespace}/${secret}`, {
        driver,
        path: `/api/v1/namespaces/${pod.namespace}/secrets/${secret}`,
      });
  }
  const read = [...places.values()].map(async ({ driver, path }) => {
    try {
      const config = toDriverConfig(driver, await api.get(path));
      if (config === undefined) log.debug({ driver, path }, 'Secret of a driver holds no config');
      return config === undefined ? [] : [config];
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      log.warn({ driver, path, err: error }, 'Config of a driver could not be read: its backend is inferred');
      return [];
    }
  });
  return (await Promise.all(read)).flat();
}

function driverOf({ containers }: Pod): string | undefined {
  const args = containers.flatMap((container) => container.args);
  return args.find((arg) => arg.startsWith('--csi-name='))?.slice('--csi-name='.length);
}

const text = z.string().min(1).optional().catch(undefined);

/** The only fields that are taken; strangers are dropped by the parser. */
const Config = z.object({
  driver: z.string(),
  instance_id: text,
  httpConnection: z.object({ host: text }).optional().catch(undefined),
  nfs: z.object({ shareHost: text }).optional().catch(undefined),
  smb: z.object({ shareHost: text }).optional().catch(undefined),
  iscsi: z.object({ targetPortal: text }).optional().catch(undefined),
  zfs: z.object({ datasetParentName: z.string().min(1), detachedSnapshotsDatasetParentName: text }),
});

const onTrueNas = /^(?:freenas|truenas)-(?:api-)?(nfs|smb|iscsi|nvmeof)$/;

function toDriverConfig(driver: string, secret: unknown): DriverConfig | undefined {
  const data = isObject(secret) && isObject(secret['data']) ? secret['data'][configKey] : undefined;
  if (typeof data !== 'string') return undefined;
  const parsed = Config.safeParse(parseYaml(Buffer.from(data, 'base64').toString('utf8')));
  if (!parsed.success)
    throw new SourceError('badAnswer', `the config of ${driver} is not what democratic-csi takes`, {
      remedy: 'Declare the backend in config.',
    });
  const { zfs, httpConnection, nfs, smb, iscsi, instance_id: instanceId } = parsed.data;
  const protocol = onTrueNas.exec(parsed.data.driver)?.[1] as DriverConfig['protocol'] | undefined;
  if (protocol === undefined) return undefined; // another kind of storage
  const hosts = [httpConnection?.host, nfs?.shareHost, smb?.shareHost, iscsi?.targetPortal?.replace(/:\d+$/, '')];
  return defined({
    ...{ driver, protocol, instanceId },
    hosts: [...new Set(hosts.filter((host) => host !== undefined))],
    parent: zfs.datasetParentName,
    detachedParent: zfs.detachedSnapshotsDatasetParentName,
  });
}

/** The parser's messages quote the text, so they are left behind. */
function parseYaml(content: string): unknown {
  try {
    return parse(content, { logLevel: 'silent' });
  } catch {
    return undefined;
  }
}
