import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure, type Usage } from './measure.ts';
import { type Served, serve } from './serve.ts';
import { formatTable, type Row, ratioOf, summarise } from './summary.ts';

/**
 * `npm run bench`: one estate, served by a process of its own, read several times by the floor (a bare program that asks
 * for the same pages and parses them) and by a scan, turn by turn. `--compare` fails when the ratio to the floor is
 * worse than the one on record by more than the room for noise.
 */
const { values } = parseArgs({
  options: {
    volumes: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '3' },
    out: { type: 'string' },
    compare: { type: 'boolean', default: false },
  },
});
const here = import.meta.dirname;
const recordFile = join(here, 'record.json');
const roomForNoise = 1.6;

const scratch = mkdtempSync(join(tmpdir(), 'strandline-bench-'));
const server = await serve(values.volumes);
try {
  const env = { BENCH_NOW: server.estate.now };
  const calls = join(scratch, 'calls.json');
  await measure([join(here, 'record-calls.ts'), server.estate.configFile, calls], env);
  const floor: Usage[] = [];
  const scans: Usage[] = [];
  const out = join(scratch, 'out');
  for (let run = 0; run < Number(values.runs); run += 1) {
    floor.push(await measure([join(here, 'floor.ts'), calls, server.estate.folder]));
    const args = ['scan', '--config', server.estate.configFile, '--no-pdf', '--out', out];
    scans.push(await measure([join(here, 'scan-at.ts'), ...args], env));
  }
  report({ estate: server.estate, rows: [summarise('floor', floor), summarise('scan', scans)] });
} finally {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}

interface Measured {
  readonly estate: Served['estate'];
  readonly rows: readonly [Row, Row];
}

function report({ estate, rows }: Measured): void {
  const [floor, scan] = rows;
  const ratio = ratioOf(scan, floor);
  const { configFile: _file, folder: _folder, ...held } = estate;
  const result = { ranAt: new Date().toISOString(), node: process.version, ...held, rows, ratio };
  process.stdout.write(`${formatTable(rows)}\nratio to the floor: wall ${ratio.wall}, peak RSS ${ratio.peakRss}\n`);
  if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
  if (!values.compare) return;
  if (!existsSync(recordFile)) throw new Error(`nothing on record to compare with: ${recordFile}`);
  const record = (JSON.parse(readFileSync(recordFile, 'utf8')) as { ratio: typeof ratio }).ratio;
  const isWorse = (['wall', 'peakRss'] as const).filter((key) => ratio[key] > record[key] * roomForNoise);
  process.stdout.write(`on record: wall ${record.wall}, peak RSS ${record.peakRss}\n`);
  process.stdout.write(`\n${2 - isWorse.length} passed, ${isWorse.length} failed\n`);
  process.exitCode = isWorse.length > 0 ? 1 : 0;
}
