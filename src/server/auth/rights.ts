import type { Config } from '../../config/schema.ts';
import type { Access, ClusterReviews } from '../../run/service-ports.ts';
import { durationMs } from '../../util/duration.ts';
import { TimedCache } from '../timed-cache.ts';
import type { Caller, View } from './caller.ts';

export interface Rights {
  /** What he sees of these namespaces (`CLUSTER/NAMESPACE`). @throws SourceError when the API server gives no answer. */
  viewOf(caller: Caller, namespaces: readonly string[]): Promise<View>;
  mayScan(caller: Caller): Promise<boolean>;
  mayReadMetrics(caller: Caller): Promise<boolean>;
}

const readEverything: Access = { verb: 'get', path: '/strandline' };
const startScans: Access = { verb: 'create', path: '/strandline/scans' };
const readMetrics: Access = { verb: 'get', path: '/metrics' };

/** Questions at the same time for one caller. */
const parallelQuestions = 8;

/**
 * The union of what config grants and what RBAC of the one cluster allows: `get` on the URL `/strandline` shows
 * everything, `get` on `findings.strandline.io` in a namespace shows that namespace of *that* cluster, and `create` on
 * `/strandline/scans` starts scans. A namespace of the same name in another cluster is another namespace.
 */
export function createRights(
  { grants, kubernetes }: Config['serve']['auth'],
  reviews: ClusterReviews | undefined,
): Rights {
  const answers = new TimedCache<boolean>(50_000);
  const ttlMs = durationMs(kubernetes.cacheFor);
  const allows = async (caller: Caller, access: Access): Promise<boolean> => {
    if (!kubernetes.enabled || reviews === undefined) return false;
    const { name, uid, groups, extra } = caller;
    const key = JSON.stringify([name, uid, groups, extra, access]);
    return answers.get(key, ttlMs, () => reviews.mayAccess(caller, access));
  };
  const grantsOf = ({ name, groups }: Caller) =>
    grants.filter((grant) => grant.users.includes(name) || grant.groups.some((group) => groups.includes(group)));
  const seesAll = async (caller: Caller): Promise<boolean> =>
    grantsOf(caller).some((grant) => grant.namespaces.includes('*')) || (await allows(caller, readEverything));

  return {
    async viewOf(caller, namespaces) {
      if (await seesAll(caller)) return { isAll: true };
      const granted = new Set(grantsOf(caller).flatMap((grant) => grant.namespaces));
      const home = `${reviews?.cluster ?? ''}/`;
      const asked = namespaces.filter((each) => each.startsWith(home) && !granted.has(each));
      const allowed = await filterAsync(asked, (each) =>
        allows(caller, {
          verb: 'get',
          group: 'strandline.io',
          resource: 'findings',
          namespace: each.slice(home.length),
        }),
      );
      return { isAll: false, namespaces: new Set([...granted, ...allowed]) };
    },
    mayScan: async (caller) => grantsOf(caller).some(({ scan }) => scan) || (await allows(caller, startScans)),
    mayReadMetrics: async (caller) => (await seesAll(caller)) || (await allows(caller, readMetrics)),
  };
}

async function filterAsync<T>(items: readonly T[], keep: (item: T) => Promise<boolean>): Promise<readonly T[]> {
  const kept: T[] = [];
  for (let start = 0; start < items.length; start += parallelQuestions) {
    const some = items.slice(start, start + parallelQuestions);
    const answers = await Promise.all(some.map(keep));
    kept.push(...some.filter((_, index) => answers[index] === true));
  }
  return kept;
}
