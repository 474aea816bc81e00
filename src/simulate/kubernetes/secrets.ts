import type { KubeObject } from '../estate.ts';
import { type Answer, statusAnswer } from './answer.ts';

interface StoredSecret {
  readonly object: KubeObject;
  readonly version: number;
}

/** Secrets can be patched (JSON merge patch); a patch that names a version meets only that version. */
export class Secrets {
  readonly #changed = new Map<string, StoredSecret>();
  #version = 500_000;

  /** As it is now, when it was patched since the state was set. */
  get(namespace: string, name: string): Answer | undefined {
    const stored = this.#changed.get(`${namespace}/${name}`);
    return stored && { status: 200, body: shown(stored) };
  }

  patch(original: KubeObject, originalVersion: string, body: unknown): Answer {
    const { namespace = '', name } = original.metadata;
    const held = this.#changed.get(`${namespace}/${name}`) ?? { object: original, version: Number(originalVersion) };
    const { metadata, data } = body as { metadata?: { resourceVersion?: string }; data?: Record<string, string> };
    if (metadata?.resourceVersion !== undefined && metadata.resourceVersion !== String(held.version))
      return conflict(name);
    this.#version += 1;
    const merged = { ...(held.object['data'] as Record<string, string> | undefined), ...data };
    const stored = { object: { ...held.object, data: merged }, version: this.#version };
    this.#changed.set(`${namespace}/${name}`, stored);
    return { status: 200, body: shown(stored) };
  }
}

function shown({ object, version }: StoredSecret): unknown {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
}

function conflict(name: string): Answer {
  const why = 'the object has been modified; please apply your changes to the latest version and try again';
  const message = `Operation cannot be fulfilled on secrets "${name}": ${why}`;
  return statusAnswer(409, 'Conflict', message, { name, kind: 'secrets' });
}
