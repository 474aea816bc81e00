import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { Cluster } from './cluster.ts';

/** A kubeconfig that logs in as a service account, with a token that the real API server made. @returns its path. */
export async function accountKubeconfig(cluster: Cluster, namespace: string, account: string): Promise<string> {
  const token = (await cluster.kc(['-n', namespace, 'create', 'token', account])).trim();
  const admin = parse(await cluster.kc(['config', 'view', '--raw', '--flatten', '--minify'])) as {
    users: { name: string; user: unknown }[];
    contexts: { context: { user: string } }[];
  };
  const name = admin.contexts[0]?.context.user ?? 'admin';
  admin.users = [{ name, user: { token } }];
  const path = join(cluster.own?.stateDir ?? dirname(cluster.kubeconfig), `kubeconfig-${namespace}-${account}`);
  await writeFile(path, JSON.stringify(admin), { mode: 0o600 });
  return path;
}
