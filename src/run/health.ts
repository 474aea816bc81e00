import type { Collected, SectionError, SourceId } from '../model/collected.ts';
import type { HealthReport, HealthStep, Probe } from '../model/health.ts';
import type { AccessReview, ClusterInventory } from '../model/kubernetes.ts';
import type { NasAccount, NasInventory } from '../model/truenas.ts';
import { defined } from '../util/defined.ts';

type Sections = Readonly<Record<string, Collected<unknown>>>;

/** What a NAS answered, step by step: the network, the login, what the account may do, and every list once. */
export function nasHealth(name: string, probe: Probe<NasInventory>): HealthReport {
  return describe(`nas/${name}`, probe, ({ version, release, transport, sections }) => ({
    login: version === undefined ? undefined : `TrueNAS ${release ?? version} over ${transport}`,
    rights: nasRights(sections.account),
  }));
}

export function clusterHealth(name: string, probe: Probe<ClusterInventory>): HealthReport {
  return describe(`cluster/${name}`, probe, ({ version, sections }) => ({
    login: version === undefined ? undefined : `Kubernetes ${version}`,
    rights: clusterRights(sections.access),
  }));
}

interface Known {
  /** Undefined when nothing of the system could be learnt. */
  readonly login: string | undefined;
  readonly rights: HealthStep;
}

const order: readonly (HealthStep['name'] | undefined)[] = ['dns', 'tcp', 'tls', 'login', 'rights', 'call'];

function describe<I extends { readonly sections: object }>(
  source: SourceId,
  { network, inventory, loginMs, callsMs }: Probe<I>,
  know: (inventory: I) => Known,
): HealthReport {
  if (inventory === undefined) return { source, steps: [...network, ...skipped(network.at(-1)?.name)] };
  const sections = Object.entries(inventory.sections as Sections);
  const { login, rights } = know(inventory);
  const refusal = wholeFailure(sections);
  if (refusal !== undefined) {
    const step = failure('login', refusal.message, refusal, loginMs);
    return { source, steps: [...network, step, ...skipped('login')] };
  }
  const passed: HealthStep = {
    name: 'login',
    status: 'passed',
    detail: login ?? 'let in',
    ...defined({ durationMs: loginMs }),
  };
  return { source, steps: [...network, passed, rights, ...calls(sections, callsMs)] };
}

/** Steps after the one that failed. */
function skipped(failed: HealthStep['name'] | undefined): HealthStep[] {
  const left = order.slice(order.indexOf(failed) + 1);
  return left.flatMap((name) => (name === undefined ? [] : [{ name, status: 'skipped', detail: 'not tried' }]));
}

/** The reason when nothing at all was read: the system did not let us in. */
function wholeFailure(sections: readonly (readonly [string, Collected<unknown>])[]): SectionError | undefined {
  const errors = sections.flatMap(([, section]) => (section.ok ? [] : [section.error]));
  return errors.length === sections.length ? errors[0] : undefined;
}

function calls(sections: readonly (readonly [string, Collected<unknown>])[], durationMs?: number): HealthStep[] {
  const failures = sections.flatMap(([name, section]) =>
    section.ok ? [] : [failure('call', `${name}: ${section.error.message}`, section.error)],
  );
  const read = sections.length - failures.length;
  const detail = `${read} of ${sections.length} lists read`;
  return [...failures, { name: 'call', status: 'passed', detail, ...defined({ durationMs }) }];
}

function failure(name: HealthStep['name'], detail: string, { remedy }: SectionError, durationMs?: number): HealthStep {
  return { name, status: 'failed', detail, ...defined({ remedy, durationMs }) };
}

function clusterRights(access: Collected<AccessReview>): HealthStep {
  const name = 'rights';
  if (!access.ok) return failure(name, access.error.message, access.error);
  if (access.absent !== undefined) return { name, status: 'skipped', detail: access.absent };
  const needed = access.items.filter(({ neededFor }) => neededFor !== undefined);
  const missing = needed.filter(({ allowed }) => !allowed);
  const useless = access.items.filter(({ neededFor, allowed }) => neededFor === undefined && allowed);
  if (missing.length > 0) {
    const remedy = 'Apply the ClusterRole in cronjob/ again; `strandline validate` prints the exact rules to add.';
    const isFatal = missing.some(({ optional }) => optional === undefined);
    return { name, status: isFatal ? 'failed' : 'warned', detail: `it may not ${wordsOf(missing)}`, remedy };
  }
  if (useless.length > 0) {
    const remedy = 'Use the ServiceAccount and ClusterRole in cronjob/: Strandline only reads.';
    return { name, status: 'warned', detail: `it may also ${wordsOf(useless)}`, remedy };
  }
  return { name, status: 'passed', detail: `${needed.length} of ${needed.length} rights, and no more` };
}

function wordsOf(rights: readonly AccessReview[]): string {
  const all = rights.find(({ verb, resource }) => verb === '*' && resource === '*');
  if (all !== undefined) return 'do everything';
  return rights.map(({ verb, group, resource }) => `${verb} ${resource}${group === '' ? '' : `.${group}`}`).join(', ');
}

function nasRights(account: Collected<NasAccount>): HealthStep {
  const name = 'rights';
  if (!account.ok) return failure(name, account.error.message, account.error);
  const [own] = account.items;
  if (own === undefined) return { name, status: 'skipped', detail: account.absent ?? 'the NAS names no account' };
  const user = own.username === undefined ? 'the account' : own.username;
  const missing = own.missingRoles ?? [];
  if (missing.length > 0) {
    const remedy = 'Give READONLY_ADMIN to the privilege of the account, or the roles that are missing.';
    return { name, status: 'failed', detail: `${user} lacks ${missing.join(', ')}`, remedy };
  }
  if (own.isFullAdmin === true) {
    const remedy = 'Make a user whose only role is READONLY_ADMIN (SCALE 24.10 and later), and an API key for it.';
    return { name, status: 'warned', detail: `${user} may do everything; reading is enough`, remedy };
  }
  return { name, status: 'passed', detail: `${user} has ${own.roles.join(', ') || 'no role that is known'}` };
}
