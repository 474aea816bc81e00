import type { Resource, Severity } from '../model/finding.ts';
import { severities } from '../model/finding.ts';
import type { ScanResult } from '../model/scan-result.ts';
import type { RuleResult } from '../model/validation.ts';

export interface RuleNarrowing {
  readonly namespace?: readonly string[];
  readonly cluster?: readonly string[];
  readonly nas?: readonly string[];
  readonly component?: readonly string[];
  readonly check?: readonly string[];
  readonly severity?: Severity;
}

/** The rule results that the flags leave; problems in other namespaces go, what has no namespace stays. */
export function narrowRules({ scope, validation }: ScanResult, flags: RuleNarrowing): readonly RuleResult[] {
  const backends = new Map(scope.backends.map((backend) => [backend.id, backend]));
  return validation.results
    .filter((row) => {
      const backend = backends.get(row.scope);
      return (
        allows(flags.cluster, backend?.cluster ?? afterPrefix(row.scope, 'cluster/')) &&
        allows(flags.nas, backend?.nas ?? afterPrefix(row.scope, 'nas/')) &&
        allows(flags.component, row.component) &&
        allows(flags.check, row.rule) &&
        (flags.severity === undefined || severities.indexOf(row.severity) >= severities.indexOf(flags.severity))
      );
    })
    .map((row) => withinNamespaces(row, flags.namespace));
}

/** A rule of which nothing is left in these namespaces was not broken there. */
function withinNamespaces(row: RuleResult, namespaces: readonly string[] | undefined): RuleResult {
  if (namespaces === undefined) return row;
  const isIn = ({ resource }: { readonly resource: Resource }) =>
    resource.namespace === undefined || namespaces.includes(resource.namespace);
  const problems = row.problems.filter(isIn);
  if (problems.length > 0 || row.problems.length === 0) return { ...row, problems };
  return { ...row, problems, status: row.undecided.length > 0 ? 'notAssessed' : 'passed' };
}

function allows(wanted: readonly string[] | undefined, name: string | undefined): boolean {
  return wanted === undefined || (name !== undefined && wanted.includes(name));
}

function afterPrefix(text: string, prefix: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}
