import type { ObjectStore } from '../../src/history/object-store.ts';

/** Objects in a Map: the reference that the real stores are compared with. */
export function openMemoryObjects(): ObjectStore & { readonly objects: Map<string, Uint8Array> } {
  const objects = new Map<string, Uint8Array>();
  return {
    place: 'memory',
    objects,
    async putIfAbsent(key, body) {
      if (objects.has(key)) return 'exists';
      objects.set(key, Uint8Array.from(body));
      return 'created';
    },
    async replace(key, body) {
      objects.set(key, Uint8Array.from(body));
    },
    async get(key) {
      return objects.get(key);
    },
    async list(prefix) {
      return [...objects.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort()
        .map((key) => ({
          key,
          sizeBytes: objects.get(key)?.byteLength ?? 0,
          modifiedAt: new Date(0).toISOString(),
        }));
    },
    async delete(key) {
      objects.delete(key);
    },
  };
}
