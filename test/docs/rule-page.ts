import type { RuleMeta } from '../../src/model/rule.ts';

/** The page of a rule: what its metadata says. */
export function buildRulePage(meta: RuleMeta): string {
  const language = /^[\w-]+:( |\n|$)/.test(meta.example ?? '') ? 'yaml' : 'sh';
  const example = meta.example === undefined ? '' : `\n\`\`\`${language}\n${meta.example}\n\`\`\`\n`;
  return `# ${meta.id}

<!-- made by test/docs from src/validation/rules/${meta.id}.ts -->

The state we want: ${meta.title}.

| | |
| --- | --- |
| Severity | ${meta.severity} |
| Component | ${meta.component} |
| Judged per | ${meta.scope} |
| Drivers | ${meta.families?.join(', ') ?? 'all'} |

**Why it matters.** ${meta.why}

**What to do.** ${meta.remediation}
${example}
## What it needs

${listNeeds(meta.needs)}

## Switch it off, or weigh it differently

\`\`\`yaml
validation:
  rules:
    ${meta.id}: off        # or LOW, MEDIUM, HIGH, CRITICAL
\`\`\`
`;
}

export function buildRuleIndex(metas: readonly RuleMeta[], introduction: string): string {
  const rows = metas.map(
    ({ id, component, severity, title }) => `| [${id}](${id}.md) | ${component} | ${severity} | ${title} |`,
  );
  return `${introduction.trimEnd()}

## The catalogue

| rule | component | severity | the state we want |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function listNeeds({ cluster = [], nas = [] }: RuleMeta['needs']): string {
  if (cluster.length + nas.length === 0)
    return 'No list: it is judged from the config and from what was found out about the backend.';
  const line = (where: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`- ${where}: ${names.map((name) => `\`${name}\``).join(', ')}`];
  return [
    'Without one of these lists the rule is not assessed.',
    '',
    ...line('of the cluster', cluster),
    ...line('of the NAS', nas),
  ].join('\n');
}
