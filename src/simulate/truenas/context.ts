import type { NasState, NasUserState, Release } from '../estate.ts';
import { type FileSystem, fileSystemOf } from './filesystem.ts';
import type { Dialect } from './property.ts';
import { isSince } from './release.ts';

/** What a method sees when it answers. */
export interface Context {
  readonly state: NasState;
  readonly release: Release;
  readonly fileSystem: FileSystem;
  readonly dialect: Dialect;
  /** The NAS's own clock. */
  readonly now: Date;
  readonly user: NasUserState | undefined;
  /** Alerts that the NAS raised by itself while it was talked to. */
  readonly raised: readonly { readonly klass: string; readonly text: string }[];
  /** API keys it revoked itself. */
  readonly revokedKeys: ReadonlySet<string>;
  /** From the next call on the NAS holds this. */
  replace(state: NasState): void;
  /** Keeps what is dear to compute for as long as the state lives. */
  cached<T>(key: string, build: () => T): T;
}

const caches = new WeakMap<NasState, Map<string, unknown>>();

export function makeContext(
  state: NasState,
  session: Pick<Context, 'now' | 'user' | 'raised' | 'revokedKeys' | 'replace'>,
): Context {
  const { release } = state;
  let cache = caches.get(state);
  if (cache === undefined) {
    cache = new Map();
    caches.set(state, cache);
  }
  return {
    ...session,
    state,
    release,
    fileSystem: fileSystemOf(state),
    dialect: { isModern: isSince(release, '25.10'), hasSourceInfo: isSince(release, '22.12') },
    cached: (key, build) => remember(cache, key, build),
  };
}

const maxRemembered = 8;

function remember<T>(cache: Map<string, unknown>, key: string, build: () => T): T {
  if (cache.has(key)) return cache.get(key) as T;
  const made = build();
  if (cache.size >= maxRemembered) cache.delete([...cache.keys()][0] ?? '');
  cache.set(key, made);
  return made;
}
