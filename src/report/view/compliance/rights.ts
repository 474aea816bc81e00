import type { Inventory } from '../../../model/inventory.ts';
import type { ScanResult } from '../../../model/scan-result.ts';
import type { NasInventory } from '../../../model/truenas.ts';
import { type ComplianceRow, notAssessed } from './row.ts';

/** Whose rights are used, and what the rules about rights say of them. */
export function listRights({ nases }: Inventory, result: ScanResult): readonly ComplianceRow[] {
  return [...nases.flatMap(accountOf), ...rules(result)];
}

function accountOf({ name, sections: { account } }: NasInventory): readonly ComplianceRow[] {
  const where = `nas/${name}`;
  if (!account.ok) return [notAssessed(where, 'account', account.error.message)];
  return account.items.map(({ username, roles, isFullAdmin }): ComplianceRow => {
    const what = `account ${username ?? '(unnamed)'}`;
    if (isFullAdmin === true) return { where, what, state: 'look', says: 'may do everything' };
    if (roles.length === 0) return notAssessed(where, what, 'the NAS does not say which roles it holds');
    return { where, what, state: 'right', says: `holds ${roles.join(', ')}` };
  });
}

function rules({ validation }: ScanResult): readonly ComplianceRow[] {
  return validation.results
    .filter(({ component }) => component === 'permissions')
    .flatMap(({ scope, title, status, because, problems }): readonly ComplianceRow[] => {
      if (status === 'notAssessed' || status === 'errored') return [notAssessed(scope, title, because ?? status)];
      if (problems.length === 0) return [{ where: scope, what: title, state: 'right', says: 'so it is' }];
      return problems.map(({ resource, why }) => ({
        where: scope,
        what: `${resource.kind} ${resource.name}`,
        state: 'look',
        says: why,
      }));
    });
}
