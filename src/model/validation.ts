import { z } from 'zod';
import { Resource, Severity } from './finding.ts';

/** What a rule looks at; results are added up by it. */
export const components = ['storageClass', 'snapshotClass', 'csi', 'backend', 'permissions', 'release'] as const;
export const Component = z.enum(components);
export type Component = z.infer<typeof Component>;

/** `warned` = a rule of severity LOW or MEDIUM was broken, `failed` = one of HIGH or CRITICAL. */
export const ruleStatuses = ['passed', 'warned', 'failed', 'notAssessed', 'errored'] as const;
export const RuleStatus = z.enum(ruleStatuses);
export type RuleStatus = z.infer<typeof RuleStatus>;

export const Problem = z.object({
  resource: Resource,
  /** One sentence: what is wrong with this one. */
  why: z.string(),
  /** Exact commands or YAML for this one. */
  example: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;

/** One rule at one scope. */
export const RuleResult = z.object({
  /** Id of the rule: for ever. */
  rule: z.string(),
  title: z.string(),
  component: Component,
  /** After config had its say. */
  severity: Severity,
  /** `backend/<cluster>/<driver>@<nas>`, `cluster/<name>` or `nas/<name>`. */
  scope: z.string(),
  status: RuleStatus,
  because: z.string().optional(),
  /** Objects that were looked at; 0 = there is none here that the rule is about. */
  judged: z.number().int().nonnegative(),
  problems: z.array(Problem),
  /** Objects on which no verdict was possible. */
  undecided: z.array(z.object({ kind: z.string(), name: z.string(), because: z.string() })),
  why: z.string(),
  remediation: z.object({ text: z.string(), example: z.string().optional(), docs: z.string().optional() }),
});
export type RuleResult = z.infer<typeof RuleResult>;

export const ComponentSum = z.object({
  component: Component,
  passed: z.number().int(),
  warned: z.number().int(),
  failed: z.number().int(),
  notAssessed: z.number().int(),
  errored: z.number().int(),
});
export type ComponentSum = z.infer<typeof ComponentSum>;

export const Validation = z.object({
  state: z.enum(['notYet', 'ready']),
  results: z.array(RuleResult),
  components: z.array(ComponentSum).optional(),
  /** Rules that config switched off. */
  disabled: z.array(z.string()).optional(),
});
export type Validation = z.infer<typeof Validation>;

/** Every result once. Components without any are left out. */
export function sumByComponent(results: readonly RuleResult[]): ComponentSum[] {
  return components.flatMap((component) => {
    const own = results.filter((result) => result.component === component);
    const count = (status: RuleStatus) => own.filter((result) => result.status === status).length;
    if (own.length === 0) return [];
    return [
      {
        component,
        passed: count('passed'),
        warned: count('warned'),
        failed: count('failed'),
        notAssessed: count('notAssessed'),
        errored: count('errored'),
      },
    ];
  });
}
