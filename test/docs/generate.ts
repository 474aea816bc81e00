import { formatExitCodes } from '../../src/cli/format-exit-codes.ts';
import { apiRights } from '../../src/collect/kubernetes/rights.ts';
import { formatConfigOverview, formatConfigReference } from '../../src/config/format-reference.ts';
import { buildConfigSchema } from '../../src/config/schema-tree.ts';
import { tables } from '../../src/history/tables.ts';
import { buildRules } from '../cronjob/generate.ts';
import { formatAlerts } from './alert-rules.ts';
import { buildCliPage } from './cli-page.ts';
import { formatMetricTable } from './metric-table.ts';
import { bareProgram } from './program.ts';

/** Everything in README.md and docs/ that is made from code: a whole file, or what stands between two marks. */
export const generatedFiles: readonly { readonly file: string; readonly build: () => string }[] = [
  {
    file: 'docs/configuration.md',
    build: () => `${configurationIntroduction}${formatConfigReference(buildConfigSchema())}`,
  },
  { file: 'docs/cli.md', build: () => buildCliPage(bareProgram(), formatExitCodes()) },
];

export const generatedBlocks: readonly {
  readonly file: string;
  readonly name: string;
  readonly build: () => string;
}[] = [
  { file: 'README.md', name: 'config', build: () => formatConfigOverview(buildConfigSchema()) },
  { file: 'README.md', name: 'exit-codes', build: formatExitCodes },
  { file: 'README.md', name: 'rights', build: formatRights },
  { file: 'docs/troubleshooting.md', name: 'exit-codes', build: formatExitCodes },
  { file: 'docs/metrics-and-alerts.md', name: 'metrics', build: formatMetricTable },
  { file: 'docs/metrics-and-alerts.md', name: 'alerts', build: formatAlerts },
  { file: 'docs/history.md', name: 'tables', build: formatTables },
];

export function replaceBlock(text: string, name: string, content: string): string {
  const marks = new RegExp(`(<!-- generated: ${name} -->\n)[\\s\\S]*?(<!-- end -->)`);
  if (!marks.test(text)) throw new Error(`there is no block ${name}`);
  return text.replace(marks, (_match, start: string, end: string) => `${start}${content}${end}`);
}

function formatRights(): string {
  const rows = buildRules(apiRights).map(
    ({ apiGroups, resources, verbs }) =>
      `| ${apiGroups.map((group) => (group === '' ? 'core' : group)).join(', ')} | ${resources.join(', ')} | ${verbs.join(', ')} |`,
  );
  return ['| API group | resources | verbs |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

function formatTables(): string {
  const rows = Object.entries(tables).map(
    ([name, { by, columns }]) =>
      `| \`${name}\` | \`${by}\` | ${Object.keys(columns)
        .map((column) => `\`${column}\``)
        .join(', ')} |`,
  );
  return ['| table | folder by | columns |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

const configurationIntroduction = `# Configuration

<!-- Generated from src/config/schema.ts by \`npm run docs:generate\`. Do not edit. -->

One YAML file, named by \`--config\` or \`STRANDLINE_CONFIG\`. \`strandline config init\` writes one, \`config check\` tells
whether it is right (it connects to nothing), \`config show\` prints what is in force, \`config schema\` gives a JSON Schema
for your editor. Without a file, Strandline uses the current context of your kubeconfig, or the service account of its pod.

**What wins.** A flag, then the environment, then the file, then the default. An unknown key is an error.

**Environment.** Every key has a variable: \`STRANDLINE_\` and the path, levels joined by two underscores
(\`STRANDLINE_CHECKS__MIN_AGE=48h\`). \`__0__\` is the first entry of a list. Lists take commas or JSON, maps take JSON.

**Substitution.** \`\${NAME}\` and \`\${NAME:-default}\` in any text of the file are filled in from the environment;
\`$\${\` stands for a plain \`\${\`. A variable that is not set and has no default is an error.

**Secrets.** Name a file (\`apiKeyFile\` and the like), or refer to a variable. Secrets appear in no log, error or report.

**Paths** in the file count from the folder of the file; those of flags and variables from the working directory.

**Durations** are \`30s\`, \`15m\`, \`24h\`, \`30d\`, sums such as \`1d12h\`, or ISO 8601 (\`PT15M\`).

`;
