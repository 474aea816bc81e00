import type { ObjectStore } from '../history/object-store.ts';
import type { Secret } from '../util/secret.ts';
import { noHash, openLine, type ReadLine } from './line.ts';
import { type AuditRun, listRuns, readLines } from './read-runs.ts';

export interface AuditReport {
  readonly place: string;
  readonly runs: number;
  readonly lines: number;
  /** Earlier runs are gone by retention, or were never there. */
  readonly firstRun?: string;
  readonly damaged: readonly AuditDamage[];
}

export interface AuditDamage {
  readonly file: string;
  /** Counted from 1; absent for what concerns the whole file. */
  readonly line?: number;
  readonly because: string;
}

interface CheckedRun extends AuditRun {
  readonly lines: readonly ReadLine[];
  readonly damaged: readonly AuditDamage[];
}

/** Reads every line: each must be unchanged, follow the one before, and every run must follow one that is there. */
export async function verifyAudit(objects: ObjectStore, deployment: string, key?: Secret): Promise<AuditReport> {
  const runs: CheckedRun[] = [];
  for (const run of await listRuns(objects, deployment)) runs.push(await checkRun(objects, run, key));
  const damaged = [...runs.flatMap((run) => run.damaged), ...checkLinks(runs)];
  const [first] = runs;
  return {
    place: objects.place,
    runs: runs.length,
    lines: runs.reduce((sum, { lines }) => sum + lines.length, 0),
    ...(first !== undefined && { firstRun: first.run }),
    damaged,
  };
}

async function checkRun(objects: ObjectStore, run: AuditRun, key: Secret | undefined): Promise<CheckedRun> {
  const lines: ReadLine[] = [];
  const damaged: AuditDamage[] = [];
  let expected = { seq: 0, previous: noHash };
  let part = 1;
  for (const file of run.files) {
    if (file.part !== part) damaged.push({ file: file.key, because: `part ${part} of the run is missing before it` });
    part = file.part + 1;
    for (const [index, text] of (await readLines(objects, file)).entries()) {
      const place = { file: file.key, line: index + 1 };
      const line = openLine(text, key);
      if (typeof line === 'string') {
        damaged.push({ ...place, because: `the line ${line}` });
        continue;
      }
      if (line.seq !== expected.seq || line.previous !== expected.previous)
        damaged.push({ ...place, because: `line ${line.seq} of the run does not follow line ${expected.seq - 1}` });
      expected = { seq: line.seq + 1, previous: line.hash };
      lines.push(line);
    }
  }
  return { ...run, lines, damaged };
}

/** The next run wrote down how far this one had come: that tells a killed run from one that was cut. */
function checkLinks(runs: readonly CheckedRun[]): readonly AuditDamage[] {
  const byName = new Map(runs.map((run) => [run.run, run]));
  const witnessed = new Set<string>();
  const found: AuditDamage[] = [];
  for (const run of runs) {
    const follows = followedBy(run);
    if (follows === undefined || follows.run < (runs[0]?.run ?? '')) continue;
    const file = run.files[0]?.key ?? '';
    const earlier = byName.get(follows.run);
    if (earlier === undefined) found.push({ file, because: `the run ${follows.run}, which it follows, is gone` });
    else if (earlier.lines.at(-1)?.hash === follows.hash) witnessed.add(earlier.run);
    else if (!earlier.lines.some(({ hash }) => hash === follows.hash))
      found.push({
        file: earlier.files.at(-1)?.key ?? '',
        because: 'its end was cut off: the next run knows more of it',
      });
  }
  const unfinished = runs.filter(({ run, lines }) => lines.at(-1)?.kind !== 'end' && !witnessed.has(run));
  return [
    ...found,
    ...unfinished.map(({ files }) => ({
      file: files.at(-1)?.key ?? '',
      because: 'it has no last line: the run is still under way, was killed, or its end was cut off',
    })),
  ];
}

function followedBy({ lines }: CheckedRun): { readonly run: string; readonly hash: string } | undefined {
  const follows = lines.find(({ seq }) => seq === 0)?.fields['follows'];
  return follows as { readonly run: string; readonly hash: string } | undefined;
}
