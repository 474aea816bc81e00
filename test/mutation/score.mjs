// What several runs of Stryker say together: a fault counts as noticed when one of them noticed it. Prints a table for
// docs/mutation.md and the score of each folder; ends with 1 when one is below the aim, or when nothing was looked at.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const aim = 85;
const folder = process.argv[2] ?? 'reports';
const reports = readdirSync(folder).filter((name) => /^(mutation|correlate|words-.*)\.json$/.test(name));

/** Of each file: faults by what they are, and the best that became of each. */
const files = new Map();
const rank = { NoCoverage: 0, Survived: 1, Timeout: 2, Killed: 3 };
for (const report of reports) {
  for (const [file, { mutants }] of Object.entries(JSON.parse(readFileSync(join(folder, report), 'utf8')).files)) {
    const faults = files.get(file) ?? new Map();
    files.set(file, faults);
    for (const { mutatorName, replacement, location, status } of mutants) {
      if (rank[status] === undefined) continue; // constants evaluated at import
      const { start, end } = location;
      const key = [mutatorName, start.line, start.column, end.line, end.column, replacement].join(' ');
      if (rank[status] > (rank[faults.get(key)] ?? -1)) faults.set(key, status);
    }
  }
}

const rows = [...files].map(([file, faults]) => ({ file, ...count([...faults.values()]) }));
rows.sort((a, b) => a.score - b.score || a.file.localeCompare(b.file));
process.stdout.write('| file | score | noticed | survived | not reached |\n| --- | --- | --- | --- | --- |\n');
for (const { file, score, noticed, survived, unreached } of rows.filter(({ total }) => total > 0))
  process.stdout.write(
    `| \`${file.replace('src/', '')}\` | ${Math.floor(score)} % | ${noticed} | ${survived} | ${unreached} |\n`,
  );

let isBelow = rows.length === 0;
for (const name of ['src/orphans', 'src/correlate']) {
  const of = [...files].filter(([file]) => file.startsWith(`${name}/`)).flatMap(([, faults]) => [...faults.values()]);
  if (of.length === 0) continue;
  const { score, noticed, survived, unreached } = count(of);
  process.stdout.write(
    `\n${name}: ${score.toFixed(1)} % (${noticed} noticed, ${survived} survived, ${unreached} not reached)\n`,
  );
  isBelow ||= score < aim;
}
process.exitCode = isBelow ? 1 : 0;

function count(statuses) {
  const of = (...wanted) => statuses.filter((status) => wanted.includes(status)).length;
  const noticed = of('Killed', 'Timeout');
  const total = statuses.length;
  return {
    total,
    noticed,
    survived: of('Survived'),
    unreached: of('NoCoverage'),
    score: total === 0 ? 100 : (100 * noticed) / total,
  };
}
