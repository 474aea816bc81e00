import type { Finding } from '../model/finding.ts';
import type { ScanResult } from '../model/scan-result.ts';
import { openSession, type Session } from './context.ts';
import { type Outcome, outcomeOfProblem, reaches } from './exit-code.ts';
import type { CliIo } from './io.ts';
import { type ReadingFlags, toFailOn, toOverrides } from './options.ts';
import { describeProblemLine } from './print-error.ts';
import { requireSources } from './require-sources.ts';
import { readStoredFile } from './result-file.ts';

export interface Obtained {
  readonly result: ScanResult;
  readonly outcomes: readonly Outcome[];
}

/**
 * The result that a reading command speaks of: from the file named by `--from` (no cluster, no config needed), judged
 * anew from a collected inventory, or from a scan that writes no files and delivers nothing. `counts` says which findings
 * count for `--fail-on`.
 */
export async function obtainResult(
  io: CliIo,
  flags: ReadingFlags,
  counts: (finding: Finding) => boolean = () => true,
): Promise<Obtained> {
  if (flags.from !== undefined) {
    const stored = await readStoredFile(flags.from);
    if (stored.kind === 'result') return withOutcomes(stored.result, [], flags, counts);
    return withSession(io, flags, counts, ({ ports, config, deps }) => ports.replay(config, stored.inventory, deps));
  }
  return withSession(io, flags, counts, (session) => {
    requireSources(session);
    // Rounds of --watch would fill the history with scans that nobody asked to keep.
    const deps = flags.watch === undefined ? session.deps : { ...session.deps, remembers: false };
    return session.ports.runScan(session.config, deps);
  });
}

async function withSession(
  io: CliIo,
  flags: ReadingFlags,
  counts: (finding: Finding) => boolean,
  run: (session: Session) => ReturnType<Session['ports']['runScan']>,
): Promise<Obtained> {
  const session = await openSession(io, {
    overrides: toOverrides(flags),
    ...(flags.config !== undefined && { configFile: flags.config }),
  });
  try {
    const { result, problems } = await run(session);
    session.finish();
    for (const problem of problems) session.deps.logger.warn({ problem: describeProblemLine(problem) }, 'Run problem');
    return withOutcomes(result, problems.map(outcomeOfProblem), flags, counts);
  } finally {
    session.finish();
  }
}

/** What was not read counts the same whether the result is new or stored: it must not look clean. */
function withOutcomes(
  result: ScanResult,
  outcomes: readonly Outcome[],
  flags: ReadingFlags,
  counts: (finding: Finding) => boolean,
): Obtained {
  const failOn = toFailOn(flags);
  const counted = { findings: result.findings.filter(counts) };
  return {
    result,
    outcomes: [
      ...outcomes,
      ...(result.scan.complete ? [] : (['incomplete'] as const)),
      ...(failOn !== undefined && reaches(counted, failOn) ? (['findings'] as const) : []),
    ],
  };
}
