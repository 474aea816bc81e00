import { SourceError } from '../../errors.ts';
import type { Logger } from '../../model/logger.ts';
import type { KubeApi } from './api.ts';
import { type Json, valueAt } from './item.ts';

/** UID of the namespace kube-system, which lives as long as the cluster does, and the server's version. */
export async function readIdentity(
  api: KubeApi,
  log: Logger,
): Promise<{ readonly uid: string | undefined; readonly version: string | undefined }> {
  const [uid, version] = await Promise.all([
    readText(api, log, '/api/v1/namespaces/kube-system', 'metadata', 'uid'),
    readText(api, log, '/version', 'gitVersion'),
  ]);
  return { uid, version };
}

async function readText(
  api: KubeApi,
  log: Logger,
  path: string,
  ...field: readonly string[]
): Promise<string | undefined> {
  try {
    const value = valueAt((await api.get(path)) as Json, field);
    if (typeof value === 'string' && value !== '') return value;
    log.warn({ path, field: field.join('.') }, 'the identity of the cluster is incomplete');
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    log.warn({ path, code: error.kind, reason: error.message }, 'the identity of the cluster could not be read');
  }
  return undefined;
}
