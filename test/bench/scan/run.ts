import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, programs as productPrograms } from '../../../.ci/build.mjs';
import type { ScanResult } from '../../../src/model/scan-result.ts';
import { hasKube } from '../../e2e/cluster/tools.ts';
import { imageFlags } from '../image-flags.ts';
import { type Measured, measure } from './measure.ts';
import { measurePopeye } from './peers.ts';
import { compareWithRecord, putOnRecord } from './record.ts';
import { type ClusterKind, type Served, serve } from './serve.ts';
import { formatTable, type Ratios, type Row, ratiosOf, summarise, summariseStages } from './summary.ts';

/**
 * `npm run bench`: one estate, read several times by the floor (a bare program that asks for the same pages and parses
 * them) and by a scan, turn by turn, both bundled as the image is and with its flags. The cluster is a real API server
 * where one was built for the end-to-end tests, the NAS a simulator in a process of its own.
 * `--sections` reads volumes and claims alone besides, and volumes alone; `--peers` lets popeye do the same; `--pdf` makes
 * one more scan with the PDF, timed apart. `--compare` fails when a ratio to the floor is worse than the one
 * on record by more than the room for noise; `--record` puts this run on record.
 */
const { values } = parseArgs({
  options: {
    volumes: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '3' },
    cluster: { type: 'string', default: hasKube() ? 'real' : 'simulated' },
    out: { type: 'string' },
    sections: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    pdf: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
});
if (values.cluster !== 'real' && values.cluster !== 'simulated') throw new Error('--cluster is real or simulated');
if (values.peers && values.cluster !== 'real') throw new Error('--peers needs the real API server');
const cluster: ClusterKind = values.cluster;
const here = import.meta.dirname;
const programs = join(here, '../../../dist/bench');

await bundle('dist/bench', {
  ...productPrograms, // threads are found beside the program that starts them
  floor: 'test/bench/scan/floor.ts',
  'scan-staged': 'test/bench/scan/scan-staged.ts',
  'read-lists': 'test/bench/scan/read-lists.ts',
});
const scratch = mkdtempSync(join(tmpdir(), 'strandline-bench-'));
const server = await serve(values.volumes, cluster);
try {
  report(await run(server.estate));
} finally {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}

interface BenchRun {
  readonly estate: Served['estate'];
  readonly rows: readonly Row[];
  readonly ratios: Ratios;
  /** What the floor read: bytes, rows, calls. */
  readonly read: Readonly<Record<string, number>>;
  readonly pdfMs: number | undefined;
  readonly stages: ReturnType<typeof summariseStages>;
  readonly judged: Readonly<Record<string, number>>;
}

async function run(estate: Served['estate']): Promise<BenchRun> {
  const calls = join(scratch, 'calls.jsonl');
  const out = join(scratch, 'out');
  const scan = ['scan', '--config', estate.configFile, '--no-pdf', '--out', out];
  const recorder = ['--import', join(here, 'record-calls.ts'), join(here, 'scan-staged.ts')];
  await measure([...recorder, ...scan], { BENCH_CALLS: calls });
  const program = (name: string, ...args: readonly string[]) =>
    measure([...imageFlags, join(programs, `${name}.js`), ...args]);
  const runners: Readonly<Record<string, () => Promise<Measured>>> = {
    floor: () => program('floor', calls, estate.folder),
    scan: () => program('scan-staged', ...scan),
    ...(values.sections && {
      'volumes and claims alone': () => program('read-lists', estate.configFile, 'persistentVolumes', 'claims'),
      'volumes alone': () => program('read-lists', estate.configFile, 'persistentVolumes'),
    }),
    ...(values.peers && { 'popeye, volumes and claims alone': () => measurePopeye(estate.folder) }),
  };
  const { floor: floors = [], scan: scans = [], ...others } = await takeTurns(runners, Number(values.runs));
  const withPdf = scan.filter((arg) => arg !== '--no-pdf');
  const pdf = values.pdf ? (await program('scan-staged', ...withPdf)).stagesMs : undefined;
  return {
    estate,
    pdfMs: pdf?.['write report.pdf'],
    rows: Object.entries({ floor: floors, scan: scans, ...others }).map(([name, usages]) => summarise(name, usages)),
    ratios: ratiosOf(scans, floors),
    read: JSON.parse(floors.at(-1)?.stdout ?? '{}') as Record<string, number>,
    stages: summariseStages(scans),
    judged: countJudged(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as ScanResult),
  };
}

async function takeTurns(
  runners: Readonly<Record<string, () => Promise<Measured>>>,
  turns: number,
): Promise<Record<string, Measured[]>> {
  const measured: Record<string, Measured[]> = {};
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [name, run] of Object.entries(runners)) {
      measured[name] ??= [];
      measured[name].push(await run());
    }
  }
  return measured;
}

/** That what was fast was also a scan. */
function countJudged({ findings, summary }: ScanResult) {
  return { findings: findings.length, notAssessed: summary.notAssessed.length };
}

function report(bench: BenchRun): void {
  const { estate, rows, ratios, read, stages, judged } = bench;
  const { configFile: _file, folder: _folder, ...held } = estate;
  const result = { ranAt: new Date().toISOString(), node: process.version, ...held, ...bench, estate: undefined };
  const stageText = Object.entries(stages.stagesMs).map(([name, ms]) => `${name} ${(ms / 1000).toFixed(2)} s`);
  process.stdout.write(
    [
      JSON.stringify(held),
      formatTable(rows),
      `ratios to the floor: wall ${ratios.wall}, CPU ${ratios.cpu}, peak RSS ${ratios.peakRss}`,
      `the floor read ${read['bytes']} bytes in ${read['calls']} calls; the scan asked ${stages.calls} times`,
      `${judged['findings']} findings, ${judged['notAssessed']} things not assessed`,
      stageText.join(', '),
      ...(bench.pdfMs === undefined ? [] : [`PDF besides: ${(bench.pdfMs / 1000).toFixed(2)} s`]),
      '',
    ].join('\n'),
  );
  if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
  const key = `${values.volumes} ${cluster}`;
  if (values.record) putOnRecord(key, ratios);
  if (values.compare) process.exitCode = compareWithRecord(key, ratios) ? 0 : 1;
}
