import { type Answer, statusAnswer } from './answer.ts';
import { builtIn, custom, type Served } from './catalogue.ts';

/** One rule of a Role or ClusterRole. Without `namespace` it holds in the whole cluster. */
export interface SimulatedRight {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly namespace?: string;
  readonly name?: string;
}

/** Every list and no Secret: what the account of a program that only reads looks like. */
export const readOnlyRights: readonly SimulatedRight[] = [...builtIn, ...custom]
  .filter(({ resource }) => resource !== 'secrets')
  .map(({ group, resource }) => ({ group, resource, verbs: ['get', 'list'] }));

export interface Request {
  readonly verb: string;
  readonly served: Pick<Served, 'group' | 'resource'>;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** `rights` undefined: may do everything. */
export function isAllowed(rights: readonly SimulatedRight[] | undefined, request: Request): boolean {
  if (rights === undefined) return true;
  return rights.some(
    (right) =>
      matches(right.group, request.served.group) &&
      matches(right.resource, request.served.resource) &&
      right.verbs.some((verb) => matches(verb, request.verb)) &&
      (right.namespace === undefined || right.namespace === request.namespace) &&
      (right.name === undefined || right.name === request.name),
  );
}

/** The message of the RBAC authorizer, word for word. */
export function forbidden(user: string, { verb, served, namespace, name }: Request): Answer {
  const { group, resource } = served;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const what = name === undefined ? qualified : `${qualified} "${name}"`;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const message = `${what} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`;
  const details = { ...(name !== undefined && { name }), ...(group !== '' && { group }), kind: resource };
  return statusAnswer(403, 'Forbidden', message, details);
}

/** `POST selfsubjectaccessreviews`: what may I do? */
export function reviewAccess(rights: readonly SimulatedRight[] | undefined, body: unknown): Answer {
  const review = body as { readonly spec?: { readonly resourceAttributes?: Readonly<Record<string, string>> } };
  const asked = review.spec?.resourceAttributes;
  if (asked === undefined)
    return statusAnswer(422, 'Invalid', 'SelfSubjectAccessReview.authorization.k8s.io "" is invalid: spec');
  const allowed = isAllowed(rights, {
    verb: asked['verb'] ?? '',
    served: {
      group: asked['group'] ?? '',
      resource: [asked['resource'], asked['subresource']].filter(Boolean).join('/'),
    },
    namespace: asked['namespace'] || undefined,
    name: asked['name'] || undefined,
  });
  const base = { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {} };
  return { status: 201, body: { ...base, spec: review.spec, status: { allowed } } };
}

function matches(pattern: string, value: string): boolean {
  return pattern === '*' || pattern === value;
}
