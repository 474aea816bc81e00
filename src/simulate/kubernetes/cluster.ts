import type { ClusterState } from '../estate.ts';
import { forbidden, isAllowed, type Request, reviewAccess, type SimulatedRight } from './access.ts';
import { type Answer, pageNotFound, statusAnswer } from './answer.ts';
import type { Served } from './catalogue.ts';
import { answerDiscovery } from './discovery.ts';
import { Leases } from './leases.ts';
import { answerPage, withVersion } from './page.ts';
import { Secrets } from './secrets.ts';
import { buildStore, type Store } from './store.ts';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  /** Of POST, PUT and PATCH. */
  readonly body: unknown;
}

/** The API server without its wire: who may do what, and what comes back. */
export class Cluster {
  readonly user = 'system:serviceaccount:strandline:strandline';
  rights: readonly SimulatedRight[] | undefined;
  readonly #leases = new Leases();
  #secrets = new Secrets();
  #state: ClusterState;
  #store: Store;
  #version = 100_000;
  #tokensValidFromMs = 0;

  constructor(state: ClusterState, rights: readonly SimulatedRight[] | undefined) {
    this.rights = rights;
    this.#state = state;
    this.#store = buildStore(state, String(this.#version));
  }

  get state(): ClusterState {
    return this.#state;
  }

  /** Tokens of the old state are too old from now on. */
  setState(state: ClusterState): void {
    this.#version += 1;
    this.#state = state;
    this.#secrets = new Secrets();
    this.#store = buildStore(state, String(this.#version));
  }

  expireTokens(): void {
    this.#tokensValidFromMs = performance.now();
  }

  answer(call: Call): Answer {
    const { served } = this.#store;
    const discovered =
      call.method === 'GET' ? answerDiscovery(call.path, call.accept, served, this.#state.version) : undefined;
    if (discovered !== undefined) return discovered;
    const target = toTarget(call.path, served);
    if (target === undefined) return pageNotFound;
    if (target === 'unknown')
      return statusAnswer(404, 'NotFound', 'the server could not find the requested resource', {});
    const verb = verbOf(call.method, target.name);
    if (target.served.resource === 'selfsubjectaccessreviews')
      return verb === 'create' ? reviewAccess(this.rights, call.body) : notAllowed;
    const request: Request = { verb, ...target };
    if (!isAllowed(this.rights, request)) return forbidden(this.user, request);
    if (target.served.resource === 'leases' && verb !== 'list') return this.#answerLease(verb, target, call.body);
    if (verb === 'list') return this.#answerList(target, call.query);
    if (target.served.resource === 'secrets') return this.#answerSecret(verb, target, call.body);
    return verb === 'get' ? this.#answerGet(target) : notAllowed;
  }

  #answerList({ served, namespace }: Target, query: URLSearchParams): Answer {
    return answerPage({
      served,
      objects: this.#store.list(served, namespace, query.get('fieldSelector') ?? ''),
      resourceVersion: this.#store.resourceVersion,
      query,
      tokensValidFromMs: this.#tokensValidFromMs,
      nowMs: performance.now(),
    });
  }

  #answerGet({ served, namespace, name = '' }: Target): Answer {
    const object = this.#store.get(served, namespace, name);
    if (object !== undefined) return { status: 200, body: withVersion(object, this.#store.resourceVersion) };
    const { group, resource } = served;
    const qualified = group === '' ? resource : `${resource}.${group}`;
    const details = { name, ...(group !== '' && { group }), kind: resource };
    return statusAnswer(404, 'NotFound', `${qualified} "${name}" not found`, details);
  }

  #answerSecret(verb: string, target: Target, body: unknown): Answer {
    const { served, namespace = '', name = '' } = target;
    const original = this.#store.get(served, namespace, name);
    if (original === undefined || verb === 'get') return this.#secrets.get(namespace, name) ?? this.#answerGet(target);
    return verb === 'patch' ? this.#secrets.patch(original, this.#store.resourceVersion, body) : notAllowed;
  }

  #answerLease(verb: string, { namespace = '', name = '' }: Target, body: unknown): Answer {
    if (verb === 'get') return this.#leases.get(namespace, name);
    if (verb === 'create') return this.#leases.create(namespace, body);
    return verb === 'update' ? this.#leases.update(namespace, name, body) : notAllowed;
  }
}

interface Target {
  readonly served: Served;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

const notAllowed = statusAnswer(
  405,
  'MethodNotAllowed',
  'the server does not allow this method on the requested resource',
);

/** `unknown`: the group version is served, this resource is not. */
function toTarget(path: string, served: readonly Served[]): Target | 'unknown' | undefined {
  const match = /^\/(?:api|apis\/([^/]+))\/([^/]+)\/(.+)$/.exec(path);
  if (match === null) return undefined;
  const [, group = '', version = '', rest = ''] = match;
  const parts = rest.split('/').map(decodeURIComponent);
  const isScoped = parts[0] === 'namespaces' && parts.length > 2;
  const [resource, name, ...more] = isScoped ? parts.slice(2) : parts;
  const peers = served.filter((each) => each.group === group && each.version === version);
  if (peers.length === 0) return undefined;
  const found = peers.find((each) => each.resource === resource);
  if (found === undefined || more.length > 0 || (isScoped && !found.isNamespaced)) return 'unknown';
  if (found.isNamespaced && !isScoped && name !== undefined) return 'unknown';
  return { served: found, namespace: isScoped ? parts[1] : undefined, name };
}

function verbOf(method: string, name: string | undefined): string {
  if (method === 'POST') return 'create';
  if (method === 'PUT') return 'update';
  if (method === 'PATCH') return 'patch';
  if (method === 'DELETE') return 'delete';
  return name === undefined ? 'list' : 'get';
}
