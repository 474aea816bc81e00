import type { ValidationOptions } from '../../src/model/rule.ts';
import type { Healthy } from '../support/make-inventory.ts';
import { accessCases } from './access-cases.ts';
import { backendCases } from './backend-cases.ts';
import { classCases } from './class-cases.ts';
import { csiCases } from './csi-cases.ts';
import { nasCases } from './nas-cases.ts';

/** One change to the healthy estate, and the rules that it breaks: no others. An empty list is a twin that looks bad. */
export interface RuleCase {
  readonly name: string;
  readonly breaks: readonly string[];
  readonly options?: Partial<ValidationOptions>;
  readonly change: (estate: Healthy) => Healthy;
}

export const cases: readonly RuleCase[] = [...classCases, ...backendCases, ...csiCases, ...nasCases, ...accessCases];
