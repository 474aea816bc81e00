// Memory and time of the whole Job in a real pod: `VOLUMES=10000 npm run bench:job`. Needs what the end-to-end tests need.
import { loadavg } from 'node:os';
import { followContainer } from '../e2e/cluster/container-usage.ts';
import { install } from '../e2e/support/installation.ts';
import { smallEstate } from '../e2e/support/small-estate.ts';

const volumes = Number(process.env['VOLUMES'] ?? 1_000);
const runs = Number(process.env['RUNS'] ?? 3);

describe(`[B] a scan of ${volumes} volumes as a Job`, function benchSuite() {
  this.timeout(3_600_000);

  it('prints what it used', async () => {
    const strandline = await install(smallEstate(volumes));
    try {
      for (let run = 1; run <= runs; run += 1) {
        const job = `bench-${run}`;
        await strandline.startJob(job);
        const usage = await followContainer(await strandline.processOf(job));
        const end = await strandline.endOf(job);
        if (!end.succeeded) throw new Error(`${job}: ${end.reason} ${end.exitCodes}\n${end.log}`);
        const result = await strandline.readResult();
        const facts = { volumes, run, ...usage, scanMs: result.scan.durationMs, load: loadavg()[0] };
        process.stdout.write(`${JSON.stringify(facts)}\n`);
      }
    } finally {
      await strandline.nas.close();
      await strandline.services.close();
    }
  });
});
