import type { Guard, Suspicion } from './guard.ts';

/** Another system answers under the same name, or nobody can say whether it is the same. */
export const identityChanged: Guard = ({ meta, scope, memory }) => {
  const seen: [source: string, identity: string | undefined][] = [];
  if (scope.cluster !== undefined) seen.push([`cluster/${scope.cluster.name}`, scope.cluster.uid]);
  if (scope.nas !== undefined) seen.push([`nas/${scope.nas.name}`, scope.nas.hostId]);
  if (meta.needs.everyCluster !== undefined || scope.kind === 'nas') {
    for (const cluster of scope.everyCluster) seen.push([`cluster/${cluster.name}`, cluster.uid]);
  }
  return [...new Map(seen)].flatMap(([source, identity]): Suspicion[] => {
    const known = memory.identities[source];
    if (known === undefined || known === identity) return [];
    const because =
      identity === undefined
        ? `${source} did not show its identity, which earlier scans knew as ${known}`
        : `${source} is another system than before: its identity was ${known} and is ${identity}`;
    return [{ guard: 'identity-changed', because, source }];
  });
};
