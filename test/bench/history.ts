// `npm run bench:history [-- volumes nights]`: size on disk, append, compaction, growth and trends of the history store,
// beside a naive reader of JSON lines on the same data, each step in a fresh process, bundled as the image is and with its
// flags.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../.ci/build.mjs';
import { imageFlags } from './image-flags.ts';

const [volumes = '10000', nights = '400'] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'strandline-bench-'));
const directory = join(scratch, 'history');
const programs = join(import.meta.dirname, '../../dist/bench-history');
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

interface Took {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly [fact: string]: unknown;
}

function run(step: string): Took {
  const args = [...imageFlags, join(programs, 'history-step.js'), directory, step, nights, volumes];
  const took = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Took;
  const { ms, cpuMs, peakMb, ...facts } = took;
  say(
    `${step.padEnd(14)} ${String(ms).padStart(8)} ms ${String(cpuMs).padStart(8)} ms CPU ${String(peakMb).padStart(5)} MB  ${JSON.stringify(facts)}`,
  );
  return took;
}

function size(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const sizes = files.map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
  return `${(sizes.reduce((sum, bytes) => sum + bytes, 0) / 1e6).toFixed(1)} MB in ${files.length} files`;
}

function saySizes(when: string): void {
  const tables = readdirSync(directory).filter((name) => !name.endsWith('.json') && !name.startsWith('.'));
  say(`${when}: ${tables.map((name) => `${name} ${size(join(directory, name))}`).join(', ')}`);
}

await bundle('dist/bench-history', { 'history-step': 'test/bench/history-step.ts' });
try {
  say(`${volumes} volumes × ${nights} nights in ${scratch}`);
  run('fill');
  run('naive');
  saySizes('one part per scan');
  run('growth');
  run('trends');
  run('compact');
  saySizes('compacted');
  const growth = run('growth');
  run('trends');
  run('memory');
  run('append');
  const naive = run('naiveGrowth');
  say(`growth of every subject took ${((growth.ms / naive.ms) * 100).toFixed(1)} % of the naive reader's time for one`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
