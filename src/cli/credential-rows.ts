import type { ConfiguredCredential } from '../config/list-credentials.ts';
import type { Inventory } from '../model/inventory.ts';
import type { NasAccount, NasApiKey } from '../model/truenas.ts';
import type { RuleResult } from '../model/validation.ts';

/** One credential with everything that could be learnt of it. Never its value. */
export interface CredentialRow extends ConfiguredCredential {
  /** What it may do, in a few words; absent where its server does not tell. */
  readonly rights?: string;
  /** It may do more than is needed. */
  readonly isWider?: boolean;
  /** Why it could not be read. */
  readonly problem?: string;
}

export interface Learnt {
  /** When what a store holds was written, or why it could not be read; by reference. */
  readonly stores: ReadonlyMap<string, { readonly writtenAt?: string; readonly problem?: string }>;
  /** Id of the API key in use, by NAS. */
  readonly keyIds: ReadonlyMap<string, number>;
  readonly inventory: Inventory;
  readonly rules: readonly RuleResult[];
}

/** Age and expiry of an API key are those that the NAS knows, where it does. */
export function buildCredentialRows(
  credentials: readonly ConfiguredCredential[],
  learnt: Learnt,
): readonly CredentialRow[] {
  return credentials.map((credential) => {
    const [section, name = '', slot = ''] = credential.name.split(' ');
    const held = { ...credential, ...(credential.place && learnt.stores.get(credential.place)) };
    if (section === 'clusters') return { ...held, ...clusterRights(name, learnt) };
    if (section === 'nas' && /^(apiKey|password)(File)?$/.test(slot)) return { ...held, ...nasRights(name, learnt) };
    if (section === 'nas' && slot === 'rotation') return { ...held, rights: 'for credentials rotate alone' };
    return held;
  });
}

function clusterRights(name: string, { inventory, rules }: Learnt): Partial<CredentialRow> {
  const access = inventory.clusters.find((cluster) => cluster.name === name)?.sections.access;
  const needed = access?.ok === true ? access.items.filter(({ neededFor }) => neededFor !== undefined) : [];
  const rights = `${needed.filter(({ allowed }) => allowed).length} of ${needed.length} rights that a scan uses`;
  return {
    ...(needed.length > 0 && { rights }),
    ...widerBy('cluster-account-least-privilege', `cluster/${name}`, rules),
  };
}

function nasRights(name: string, { inventory, rules, keyIds }: Learnt): Partial<CredentialRow> {
  const sections = inventory.nases.find((nas) => nas.name === name)?.sections;
  const [account] = sections?.account.ok === true ? sections.account.items : [];
  const keys = sections?.apiKeys.ok === true ? sections.apiKeys.items : [];
  const key = keys.find(({ id }) => id === keyIds.get(name));
  return {
    ...(account !== undefined && { rights: describeAccount(account) }),
    ...timesOf(key),
    ...widerBy('nas-account-least-privilege', `nas/${name}`, rules),
  };
}

function describeAccount({ roles, isFullAdmin, missingRoles = [] }: NasAccount): string {
  const held = isFullAdmin === true ? 'everything' : roles.join(', ') || 'no role';
  return missingRoles.length === 0 ? held : `${held}; lacks ${missingRoles.join(', ')}`;
}

function timesOf(key: NasApiKey | undefined): Partial<CredentialRow> {
  if (key === undefined) return {};
  return {
    ...(key.createdAt !== undefined && { writtenAt: key.createdAt }),
    ...(key.expiresAt !== undefined && { expiresAt: key.expiresAt }),
  };
}

function widerBy(rule: string, scope: string, rules: readonly RuleResult[]): Pick<CredentialRow, 'isWider'> {
  const result = rules.find((each) => each.rule === rule && each.scope === scope);
  if (result === undefined || result.status === 'notAssessed' || result.status === 'errored') return {};
  return { isWider: result.status !== 'passed' };
}
