import { SourceError } from '../../errors.ts';
import type { AccessReview } from '../../model/kubernetes.ts';
import { defined } from '../../util/defined.ts';
import type { SectionAnswer } from '../section.ts';
import { type KubeApi, StatusError } from './api.ts';
import { valueAt } from './item.ts';
import { apiRights } from './rights.ts';

type Question = Omit<AccessReview, 'allowed'>;

const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** Rights that a program which only reads has no use for: `*` first, which holds all of them. */
const useless: readonly Question[] = [
  { verb: '*', group: '*', resource: '*' },
  { verb: 'get', group: '', resource: 'secrets' },
  { verb: 'list', group: '', resource: 'secrets' },
  { verb: 'create', group: '', resource: 'pods' },
  { verb: 'create', group: '', resource: 'pods/exec' },
  { verb: 'get', group: '', resource: 'nodes/proxy' },
  { verb: 'create', group: '', resource: 'serviceaccounts/token' },
  { verb: 'delete', group: '', resource: 'persistentvolumes' },
  { verb: 'patch', group: '', resource: 'persistentvolumes' },
  { verb: 'delete', group: '', resource: 'persistentvolumeclaims' },
  { verb: 'delete', group: 'snapshot.storage.k8s.io', resource: 'volumesnapshots' },
  { verb: 'delete', group: 'snapshot.storage.k8s.io', resource: 'volumesnapshotcontents' },
  { verb: 'delete', group: 'storage.k8s.io', resource: 'volumeattachments' },
  { verb: 'update', group: 'rbac.authorization.k8s.io', resource: 'clusterroles' },
];

/** Every right that the collectors use, of the groups that the cluster has, then the useless ones; one review for each. */
export async function reviewAccess(api: KubeApi, groups: ReadonlySet<string>): Promise<SectionAnswer<AccessReview>> {
  const needed = apiRights
    .filter(({ group }) => group === '' || groups.has(group))
    .flatMap(({ group, resource, verbs, section, optional }) =>
      verbs.map((verb): Question => defined({ verb, group, resource, neededFor: section, optional })),
    );
  const [first, ...others] = [...needed, ...useless];
  if (first === undefined) return [];
  try {
    const answer = await review(api, first); // alone: what nobody answers is not asked forty times
    return [answer, ...(await Promise.all(others.map((question) => review(api, question))))];
  } catch (error) {
    if (!isRefused(error)) throw error;
    return { items: [], absent: 'the account may not ask what it may do (SelfSubjectAccessReview)' };
  }
}

async function review(api: KubeApi, question: Question): Promise<AccessReview> {
  const [resource = '', subresource] = question.resource.split('/');
  const resourceAttributes = defined({ verb: question.verb, group: question.group, resource, subresource });
  const answer = await api.ask(path, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  });
  const allowed = valueAt(answer, ['status', 'allowed']);
  if (typeof allowed === 'boolean') return { ...question, allowed };
  throw new SourceError('badAnswer', `POST ${path} answered without status.allowed`, {
    remedy: 'Check that the server address is that of a Kubernetes API server.',
  });
}

/** Every account may ask by default (system:basic-user); one that may not still reads everything else. */
function isRefused(error: unknown): boolean {
  return error instanceof StatusError && (error.httpStatus === 403 || error.httpStatus === 404);
}
