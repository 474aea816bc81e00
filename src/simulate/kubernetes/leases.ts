import { type Answer, statusAnswer } from './answer.ts';

interface StoredLease {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly version: number;
}

/** Leases can be written: get, create, and update that must name the version it read. */
export class Leases {
  readonly #stored = new Map<string, StoredLease>();
  #version = 1000;

  get(namespace: string, name: string): Answer {
    const stored = this.#stored.get(`${namespace}/${name}`);
    return stored === undefined ? notFound(name) : { status: 200, body: shown(stored) };
  }

  create(namespace: string, body: unknown): Answer {
    const name = nameOf(body);
    if (this.#stored.has(`${namespace}/${name}`))
      return conflict('AlreadyExists', `leases.coordination.k8s.io "${name}" already exists`, name);
    return { status: 201, body: this.#store(namespace, name, body) };
  }

  update(namespace: string, name: string, body: unknown): Answer {
    const stored = this.#stored.get(`${namespace}/${name}`);
    if (stored === undefined) return notFound(name);
    if (metadataOf(body)['resourceVersion'] !== String(stored.version)) {
      const why = 'the object has been modified; please apply your changes to the latest version and try again';
      return conflict(
        'Conflict',
        `Operation cannot be fulfilled on leases.coordination.k8s.io "${name}": ${why}`,
        name,
      );
    }
    return { status: 200, body: this.#store(namespace, name, body) };
  }

  #store(namespace: string, name: string, body: unknown): unknown {
    this.#version += 1;
    const metadata = { ...metadataOf(body), namespace, name, uid: `lease-${namespace}-${name}` };
    const manifest = { ...(body as Record<string, unknown>), metadata };
    const stored = { manifest, version: this.#version };
    this.#stored.set(`${namespace}/${name}`, stored);
    return shown(stored);
  }
}

function shown({ manifest, version }: StoredLease): unknown {
  const metadata = { ...(manifest['metadata'] as Record<string, unknown>), resourceVersion: String(version) };
  return { ...manifest, kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', metadata };
}

function metadataOf(body: unknown): Readonly<Record<string, unknown>> {
  return (body as { readonly metadata?: Readonly<Record<string, unknown>> } | undefined)?.metadata ?? {};
}

function nameOf(body: unknown): string {
  return String(metadataOf(body)['name'] ?? '');
}

function notFound(name: string): Answer {
  const details = { name, group: 'coordination.k8s.io', kind: 'leases' };
  return statusAnswer(404, 'NotFound', `leases.coordination.k8s.io "${name}" not found`, details);
}

function conflict(reason: string, message: string, name: string): Answer {
  return statusAnswer(409, reason, message, { name, group: 'coordination.k8s.io', kind: 'leases' });
}
