import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { bundle } from '../../../.ci/build.mjs';
import { generatorNow } from '../../../fixtures/generator/generate.ts';
import type { ScanResult } from '../../../src/model/scan-result.ts';
import type { TruthFinding } from '../../../src/simulate/estate.ts';
import { imageFlags } from '../image-flags.ts';
import { measure, type Usage } from '../scan/measure.ts';
import { compareWithTruth } from './check-truth.ts';
import { type Group, planFleet } from './plan.ts';

/**
 * `npm run bench:fleet`: writes the shares of a generated fleet as `collect --share` stores them, joins them twice, a night
 * apart, with the bundled program and the image's flags, and compares what it says with what is true. `--dir` keeps the
 * shares for the next run. Exit 1 on a finding that is not true, or missed.
 */
const { values } = parseArgs({
  options: {
    clusters: { type: 'string', default: '200' },
    volumes: { type: 'string', default: '5000' },
    joins: { type: 'string', default: '2' },
    dir: { type: 'string' },
    /** A folder for CPU profiles of the joining step and its threads. */
    profile: { type: 'string' },
  },
});
const here = import.meta.dirname;
const programs = join(here, '../../../dist/bench-fleet');
const makers = 2;
const hourMs = 3_600_000;

const folder = values.dir ?? mkdtempSync(join(tmpdir(), 'strandline-fleet-'));
const groups = planFleet(Number(values.clusters));
try {
  if (!existsSync(join(folder, 'fleet.yaml'))) await makeShares();
  await bundle('dist/bench-fleet', {
    'join-at': 'test/bench/fleet/join-at.ts',
    'wire-fleet-worker': 'src/run/wire-fleet-worker.ts',
    'render-worker': 'src/run/render-worker.ts',
  });
  forgetJoins();
  for (let night = 0; night < Number(values.joins); night += 1) await joinShares(night);
} finally {
  if (values.dir === undefined) rmSync(folder, { recursive: true, force: true });
}

async function makeShares(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const started = performance.now();
  const shape = [folder, values.clusters, values.volumes];
  const make = (from: number) => run([join(here, 'make-shares.ts'), ...shape, String(from), String(makers)]);
  await Promise.all(Array.from({ length: makers }, (_, from) => make(from)));
  const parts = groups.map((group) => readPiece<Record<string, object[]>>(group, 'config'));
  const all = (key: string) => parts.flatMap((part) => part[key] ?? []);
  const nas = all('nas').map((one) => ({ ...one, apiKey: 'not-used' }));
  const lists = { clusters: all('clusters'), nas, backends: all('backends') };
  const rest = { deployment: 'fleet', history: { dir: 'history' }, lock: { enabled: false } };
  writeFileSync(
    join(folder, 'fleet.yaml'),
    stringify({ ...parts[0], ...lists, ...rest }, { aliasDuplicateObjects: false }),
  );
  say(`made in ${seconds(performance.now() - started)}`);
}

/** What earlier joins of kept shares remembered. */
function forgetJoins(): void {
  const history = join(folder, 'history');
  const names = readdirSync(history).filter((name) => name !== 'inventory');
  for (const name of names) rmSync(join(history, name), { recursive: true, force: true });
}

async function joinShares(night: number): Promise<void> {
  const out = join(folder, `out-${night}`);
  const profile = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
  const scan = ['scan', '--join', '--no-pdf', '--config', join(folder, 'fleet.yaml'), '--out', out];
  const env = { BENCH_NOW: new Date(Date.parse(generatorNow) + (1 + 21 * night) * hourMs).toISOString() };
  const usage = await measure([...imageFlags, ...profile, join(programs, 'join-at.js'), ...scan], env);
  report(night, usage, JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as ScanResult);
}

function report(night: number, { wallMs, cpuMs, peakRssBytes, stagesMs = {} }: Usage, result: ScanResult): void {
  const { usage, scope, summary } = result;
  const volumes = usage.volumes.length + (usage.volumesLeftOut ?? 0);
  const truth = groups.flatMap((group) => readPiece<TruthFinding[]>(group, 'truth'));
  const { promised, found, missed, invented, inexact } = compareWithTruth(result, truth);
  const stages = Object.entries(stagesMs).map(([name, ms]) => `${name} ${seconds(ms)}`);
  const { size, shares } = stored();
  say(
    [
      `join ${night + 1}: ${seconds(wallMs)} wall, ${seconds(cpuMs)} CPU, peak RSS ${Math.round(peakRssBytes / 2 ** 20)} MiB`,
      `  ${stages.join(', ')}`,
      `  ${scope.clusters.length} clusters, ${scope.nases.length} NASes, ${groups.length} groups, ${volumes} volumes; ${shares} shares of ${size} MB`,
      `  ${found} findings of ${promised} promised; ${missed.length} missed, ${invented.length} invented, ${inexact.length} inexact; ${summary.status}`,
      ...[...missed.slice(0, 5).map((key) => `  - ${key}`), ...invented.slice(0, 5).map((key) => `  + ${key}`)],
      ...inexact.slice(0, 5).map((key) => `  ~ ${key}`),
    ].join('\n'),
  );
  if (missed.length + invented.length > 0) process.exitCode = 1;
}

function stored() {
  const files = readdirSync(join(folder, 'history/inventory'), { recursive: true, withFileTypes: true });
  const sizes = files.filter((file) => file.isFile()).map((file) => statSync(join(file.parentPath, file.name)).size);
  return { shares: sizes.length, size: Math.round(sizes.reduce((sum, bytes) => sum + bytes, 0) / 1e6) };
}

function readPiece<T>({ index }: Group, what: 'config' | 'truth'): T {
  return JSON.parse(readFileSync(join(folder, `g${index}-${what}.json`), 'utf8')) as T;
}

async function run(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
