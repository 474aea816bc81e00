import type { CheckMeta, Needs } from '../../src/model/check.ts';

/** The page of a check: what its metadata says, then what people wrote about it. */
export function buildCheckPage(meta: CheckMeta<Needs>, notes: string): string {
  return `# ${meta.id}

<!-- made by test/docs from the check's metadata and docs/checks/notes/${meta.id}.md -->

${meta.title}.

| | |
| --- | --- |
| Severity | ${meta.severity} |
| Judged per | ${meta.scope} |
| Concludes from absence | ${meta.provesAbsence ? 'yes: confirmed by a later scan' : 'no'} |
| Acting on it gives space back | ${meta.frees ? 'yes' : 'no'} |
| Drivers | ${meta.families?.join(', ') ?? 'all'} |

**Why it matters.** ${meta.why}

**What to do.** ${meta.remediation}

## What it needs

Without one of these lists the check is not assessed, and nothing is reported.

${listNeeds(meta.needs)}

${notes.trimEnd()}
`;
}

export function buildCheckIndex(metas: readonly CheckMeta<Needs>[]): string {
  const rows = metas.map(({ id, severity, title }) => `| [${id}](${id}.md) | ${severity} | ${title} |`);
  return `# Checks

<!-- made by test/docs -->

| check | severity | what it finds |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function listNeeds({ cluster, everyCluster, nas }: Needs): string {
  const line = (where: string, names: readonly string[] | undefined) =>
    names === undefined || names.length === 0 ? [] : [`- ${where}: ${names.map((name) => `\`${name}\``).join(', ')}`];
  return [
    ...line('of its cluster', cluster),
    ...line('of every declared cluster (only its own for an exclusive backend)', everyCluster),
    ...line('of the NAS', nas),
  ].join('\n');
}
