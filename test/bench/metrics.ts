// `npm run bench:metrics [-- volumes …]`: the series of every volume rendered, compressed and pushed to a real Pushgateway,
// beside a floor that concatenates the same lines, and read back. Each in a fresh process; the median of three.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startProgram } from '../support/start-program.ts';

const given = process.argv.slice(2).map(Number);
const sizes = given.length > 0 ? given : [10_000, 35_000];
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const execute = promisify(execFile);

interface Took {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

async function push(way: string, url: string, volumes: number): Promise<Took> {
  const args = [join(import.meta.dirname, 'metrics-step.ts'), way, url, String(volumes)];
  return JSON.parse((await execute(process.execPath, args)).stdout) as Took;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

async function measure(volumes: number): Promise<void> {
  say(`\n${volumes} volumes`);
  const rows: Took[] = [];
  for (const way of ['nothing', 'floor', 'ours']) {
    const gateway = await startProgram('prometheus-pushgateway', ['--persistence.file='], '/-/ready');
    try {
      const runs: Took[] = [];
      for (let round = 0; round < 3; round += 1) runs.push(await push(way, gateway.url, volumes));
      const took = {
        ms: median(runs.map(({ ms }) => ms)),
        cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
        peakMb: median(runs.map(({ peakMb }) => peakMb)),
      };
      rows.push(took);
      say(`${way.padEnd(8)} ${took.ms} ms  ${took.cpuMs} ms CPU  ${took.peakMb} MB peak`);
      if (way !== 'nothing') await readBack(gateway.url, volumes);
    } finally {
      await gateway.stop();
    }
  }
  const [base, floor, ours] = rows;
  assert.ok(base && floor && ours);
  say(`beside the floor: ${(ours.ms / floor.ms).toFixed(2)} × its time, ${ours.peakMb - floor.peakMb} MB more memory`);
}

/** As Prometheus does it at each scrape. */
async function readBack(url: string, volumes: number): Promise<void> {
  const startedMs = performance.now();
  const text = await (await fetch(`${url}/metrics`)).text();
  const tookMs = Math.round(performance.now() - startedMs);
  const series = text.match(/^strandline_volume_\w+\{/gm)?.length ?? 0;
  assert.equal(series, 3 * volumes, 'series that came back');
  const [, resident = '0'] = /^process_resident_memory_bytes (\S+)$/m.exec(text) ?? [];
  const [textMb, residentMb] = [text.length / 1e6, Number(resident) / 1e6].map(Math.round);
  say(`         ${series} series read back: ${textMb} MB in ${tookMs} ms from a Pushgateway of ${residentMb} MB`);
}

for (const volumes of sizes) await measure(volumes);
