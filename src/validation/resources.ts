import type { Resource } from '../model/finding.ts';
import type { ObjectMeta } from '../model/kubernetes.ts';
import type { RuleView } from '../model/rule.ts';

type Named = ObjectMeta & { readonly namespace?: string };

/** An object of the view's cluster. */
export function clusterResource({ cluster }: Pick<RuleView, 'cluster'>, kind: string) {
  return ({ name, namespace, uid }: Named): Resource => ({
    source: `cluster/${cluster.name}`,
    cluster: cluster.name,
    kind,
    ...(namespace !== undefined && { namespace }),
    name,
    uid,
  });
}

/** An object of the view's NAS, by name. */
export function nasResource({ nas }: Pick<RuleView, 'nas'>, kind: string) {
  return (name: string): Resource => ({ source: `nas/${nas.name}`, nas: nas.name, kind, name });
}
