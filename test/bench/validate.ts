import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure } from './scan/measure.ts';
import { serve } from './scan/serve.ts';

/**
 * `npm run bench:validate`: every reading command against the simulated estate of so many volumes, over TLS, from its
 * start to its exit. CPU seconds tell a slow program from a busy machine. Fails when validation takes longer than 30 s or
 * another command longer than 10 s.
 */
const { values } = parseArgs({ options: { volumes: { type: 'string', default: '1000' } } });
const limitsMs = {
  validate: 30_000,
  health: 10_000,
  orphans: 10_000,
  usage: 10_000,
  trends: 10_000,
  recommendations: 10_000,
};

const { estate, stop } = await serve(values.volumes, 'simulated');
let failed = 0;
try {
  const program = join(import.meta.dirname, 'scan/scan-staged.ts');
  for (const [name, limitMs] of Object.entries(limitsMs)) {
    const args = [name, '--config', estate.configFile, '-o', 'csv', '--log-level', 'silent'];
    const { wallMs, cpuMs, peakRssBytes } = await measure([program, ...args]);
    const isSlow = wallMs > limitMs;
    if (isSlow) failed += 1;
    const seconds = (ms: number) => (ms / 1000).toFixed(1).padStart(5);
    const used = `CPU ${seconds(cpuMs)} s, ${Math.round(peakRssBytes / 2 ** 20)} MiB`;
    process.stdout.write(
      `${name.padEnd(16)} ${seconds(wallMs)} s of ${seconds(limitMs)} s, ${used}${isSlow ? '  TOO SLOW' : ''}\n`,
    );
  }
} finally {
  await stop();
}
process.stdout.write(`\n${Object.keys(limitsMs).length - failed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
