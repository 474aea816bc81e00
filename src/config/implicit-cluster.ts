import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { isPlain } from './plain.ts';

const tokenFile = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * The cluster that is meant when config names none: the current context of the kubeconfig, or the service account of
 * the pod. Undefined when there is neither.
 */
export function findImplicitCluster(
  env: Readonly<Record<string, string | undefined>>,
): { readonly name: string; readonly inCluster?: boolean } | undefined {
  const files = kubeconfigFiles(env).filter((file) => existsSync(file));
  if (files.length > 0) return { name: nameOfContext(files) };
  if (env['KUBERNETES_SERVICE_HOST'] !== undefined && existsSync(tokenFile))
    return { name: 'in-cluster', inCluster: true };
  return undefined;
}

function kubeconfigFiles(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  return listed.length > 0 ? listed : [join(env['HOME'] ?? homedir(), '.kube', 'config')];
}

/** The current context, with what cannot stand in a name made a dash; `default` when no file tells. */
function nameOfContext(files: readonly string[]): string {
  for (const file of files) {
    const context = currentContext(file);
    if (context === undefined) continue;
    const name = context
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 63);
    if (name !== '') return name;
  }
  return 'default';
}

/** A file that does not parse is the collector's to report, with its reason. */
function currentContext(file: string): string | undefined {
  try {
    const content: unknown = parse(readFileSync(file, 'utf8'));
    const context = isPlain(content) ? content['current-context'] : undefined;
    return typeof context === 'string' && context !== '' ? context : undefined;
  } catch {
    return undefined;
  }
}
