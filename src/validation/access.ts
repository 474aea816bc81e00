import type { Resource } from '../model/finding.ts';
import type { AccessReview } from '../model/kubernetes.ts';
import type { Judged } from '../model/rule.ts';

/** `csinodes.storage.k8s.io`, as kubectl writes it. */
export function nameOfRight({ group, resource }: Pick<AccessReview, 'group' | 'resource'>): string {
  return group === '' ? resource : `${resource}.${group}`;
}

export function accessResource(cluster: string, name: string): Resource {
  return { source: `cluster/${cluster}`, cluster, kind: 'Right', name };
}

export function notAskable(cluster: string, because: string): Judged {
  return { judged: 0, problems: [], undecided: [{ kind: 'Account', name: cluster, because }] };
}
