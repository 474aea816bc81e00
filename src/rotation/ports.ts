import type { NasApiKey } from '../model/truenas.ts';
import type { Secret } from '../util/secret.ts';

/** The NAS, by a key that may manage keys. */
export interface KeyAdmin {
  /** Its own key, which is never touched. */
  readonly ownKeyId: number | undefined;
  list(): Promise<readonly NasApiKey[]>;
  /** Never repeated: twice would be two keys. @throws SourceError */
  create(key: NewKey): Promise<CreatedKey>;
  /** A key that is gone already is fine. @throws SourceError */
  remove(id: number): Promise<void>;
}

export interface NewKey {
  readonly name: string;
  readonly username: string;
  /** ISO 8601. Absent: it does not expire. */
  readonly expiresAt?: string;
}

export interface CreatedKey {
  readonly id: number;
  readonly key: Secret;
}

/** One value in a store that can be written. */
export interface KeyStore {
  /** `vault:strandline/nas01#apiKey` */
  readonly place: string;
  /** @throws SourceError, also when there is none. */
  read(): Promise<StoredKey>;
  /** Writes when the store still is at that version, and keeps everything else in it. Never repeated. @throws SourceError */
  write(key: Secret, version: string): Promise<'written' | 'conflict'>;
}

export interface StoredKey {
  readonly key: Secret;
  readonly version: string;
  /** Eight letters that no other store shares; part of the names of keys. */
  readonly identity: string;
}

/** Who a key logs in as. */
export interface ProvenAccount {
  readonly username?: string;
  readonly roles: readonly string[];
}

export interface RotationPorts {
  readonly admin: KeyAdmin;
  readonly store: KeyStore;
  /** A login of its own with this key. @throws SourceError; `unauthenticated`: it does not let anybody in. */
  readonly prove: (key: Secret) => Promise<ProvenAccount>;
}
