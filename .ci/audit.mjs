// Gate over `npm audit --json --omit dev` on stdin: every advisory is fixed, or excepted with a reason until a day.
// `npm audit --json --omit dev | node .ci/audit.mjs .github/audit-exceptions.json`
import { readFileSync } from 'node:fs';

/** What stands against a release. `exceptions`: { advisory, reason, until }. */
export function findOpenAdvisories(report, exceptions, today) {
  if (report.error !== undefined || report.vulnerabilities === undefined)
    return ['the registry gave no audit: no release without one'];
  const advisories = new Map();
  for (const { via } of Object.values(report.vulnerabilities))
    for (const one of via) if (typeof one === 'object') advisories.set(String(one.url).split('/').at(-1), one);
  const expired = exceptions.filter(({ until, reason }) => until < today || !reason).map(({ advisory }) => advisory);
  const excepted = new Set(exceptions.map(({ advisory }) => advisory).filter((id) => !expired.includes(id)));
  return [...advisories]
    .filter(([id]) => !excepted.has(id))
    .map(
      ([id, { name, severity, title }]) =>
        `${id}: ${name}, ${severity}: ${title}${expired.includes(id) ? ' (its exception has expired or gives no reason)' : ''}`,
    );
}

if (process.argv[1] === import.meta.filename) {
  const exceptions = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  const open = findOpenAdvisories(
    JSON.parse(readFileSync(0, 'utf8')),
    exceptions,
    new Date().toISOString().slice(0, 10),
  );
  for (const line of open) process.stdout.write(`${line}\n`);
  process.exitCode = open.length === 0 ? 0 : 1;
}
