import type { ValidationOptions } from '../../src/model/rule.ts';
import type { Validation } from '../../src/model/validation.ts';
import { validate } from '../../src/validation/validate.ts';
import { type Healthy, linksOf, takenAt } from './make-inventory.ts';

export const validationOptions: ValidationOptions = {
  rules: {},
  userRules: [],
  snapshotRetention: [{ maxAgeMs: 14 * 86_400_000 }],
  namespaces: [{ name: 'shop', cluster: 'prod', from: 'scope.include.namespaces' }],
  pools: [{ nas: 'nas01', pool: 'tank', status: 'ONLINE', healthy: true, overcommitRatio: 1 }],
};

export function validateEstate(estate: Healthy, options: Partial<ValidationOptions> = {}): Validation {
  return validate(estate.inventory, linksOf(estate), { ...validationOptions, ...options }, new Date(takenAt));
}

/** Ids of the rules that were broken somewhere, sorted. */
export function brokenRules({ results }: Validation): string[] {
  const broken = results.filter(({ status }) => status === 'failed' || status === 'warned');
  return [...new Set(broken.map(({ rule }) => rule))].sort();
}
