import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from '../../../.ci/build.mjs';
import { measure, type Usage } from './measure.ts';
import { type Served, serve } from './serve.ts';
import { formatTable, type Row, ratioOf, summarise, summariseStages } from './summary.ts';

/**
 * `npm run bench`: one estate, served by a process of its own, read several times by the floor (a bare program that asks
 * for the same pages and parses them) and by a scan, turn by turn, both bundled as the image is and with its flags.
 * `--sections` reads volumes and claims alone besides. `--compare` fails when the ratio to the floor is worse than the
 * one on record for as many volumes by more than the room for noise; `--record` puts this run on record.
 */
const { values } = parseArgs({
  options: {
    volumes: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '3' },
    out: { type: 'string' },
    sections: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
});
const here = import.meta.dirname;
const recordFile = join(here, 'record.json');
const roomForNoise = 1.6;
const imageFlags = ['--max-semi-space-size=32'];
const programs = join(here, '../../../dist/bench');

await bundle('dist/bench', {
  floor: 'test/bench/scan/floor.ts',
  'scan-at': 'test/bench/scan/scan-at.ts',
  'read-lists': 'test/bench/scan/read-lists.ts',
});
const scratch = mkdtempSync(join(tmpdir(), 'strandline-bench-'));
const server = await serve(values.volumes);
try {
  report(await run(server.estate));
} finally {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}

interface Measured {
  readonly estate: Served['estate'];
  readonly floor: Row;
  readonly scan: Row;
  readonly lists: Row | undefined;
  /** What the floor read: bytes, rows, calls. */
  readonly read: Readonly<Record<string, number>>;
  readonly stages: ReturnType<typeof summariseStages>;
}

async function run(estate: Served['estate']): Promise<Measured> {
  const env = { BENCH_NOW: estate.now };
  const calls = join(scratch, 'calls.json');
  await measure([join(here, 'record-calls.ts'), estate.configFile, calls], env);
  const program = (name: string, args: readonly string[]) =>
    measure([...imageFlags, join(programs, `${name}.js`), ...args], env);
  const floor: (Usage & { readonly stdout: string })[] = [];
  const scans: Usage[] = [];
  const lists: Usage[] = [];
  const scan = ['scan', '--config', estate.configFile, '--no-pdf', '--out', join(scratch, 'out')];
  for (let turn = 0; turn < Number(values.runs); turn += 1) {
    floor.push(await program('floor', [calls, estate.folder]));
    scans.push(await program('scan-at', scan));
    if (values.sections) lists.push(await program('read-lists', [estate.configFile]));
  }
  return {
    estate,
    floor: summarise('floor', floor),
    scan: summarise('scan', scans),
    lists: values.sections ? summarise('volumes and claims alone', lists) : undefined,
    read: JSON.parse(floor.at(-1)?.stdout ?? '{}') as Record<string, number>,
    stages: summariseStages(scans),
  };
}

function report({ estate, floor, scan, lists, read, stages }: Measured): void {
  const ratio = ratioOf(scan, floor);
  const rows = [floor, scan, ...(lists === undefined ? [] : [lists])];
  const { configFile: _file, folder: _folder, ...held } = estate;
  const result = { ranAt: new Date().toISOString(), node: process.version, ...held, read, rows, stages, ratio };
  const stageText = Object.entries(stages.stagesMs).map(([name, ms]) => `${name} ${(ms / 1000).toFixed(2)} s`);
  process.stdout.write(`${formatTable(rows)}\nratio to the floor: wall ${ratio.wall}, peak RSS ${ratio.peakRss}\n`);
  process.stdout.write(`${read['bytes']} bytes in ${read['calls']} calls; the scan made ${stages.calls}\n`);
  process.stdout.write(`${stageText.join(', ')}\n`);
  if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
  if (values.compare) compare(ratio);
  if (values.record)
    writeFileSync(recordFile, `${JSON.stringify({ ...readRecord(), [values.volumes]: ratio }, null, 2)}\n`);
}

function compare(ratio: ReturnType<typeof ratioOf>): void {
  const record = readRecord()[values.volumes];
  if (record === undefined) throw new Error(`nothing on record for ${values.volumes} volumes: ${recordFile}`);
  const isWorse = (['wall', 'peakRss'] as const).filter((key) => ratio[key] > record[key] * roomForNoise);
  process.stdout.write(`on record: wall ${record.wall}, peak RSS ${record.peakRss}\n`);
  process.stdout.write(`\n${2 - isWorse.length} passed, ${isWorse.length} failed\n`);
  process.exitCode = isWorse.length > 0 ? 1 : 0;
}

/** Ratios by number of volumes. */
function readRecord(): Readonly<Record<string, ReturnType<typeof ratioOf>>> {
  if (!existsSync(recordFile)) return {};
  return JSON.parse(readFileSync(recordFile, 'utf8')) as ReturnType<typeof readRecord>;
}
