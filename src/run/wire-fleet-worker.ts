import { parentPort, workerData } from 'node:worker_threads';
import type { PartOrder } from './fleet/join.ts';
import type { PartSetup } from './fleet/judge-part.ts';
import { loadUserRules } from './load-user-rules.ts';
import { judgeOrder } from './wire-fleet.ts';

/** What `openThreads` hands over once; then one order after another comes. */
export interface ThreadSetup {
  readonly setup: PartSetup;
  readonly rulesDir: string | undefined;
}

const { setup, rulesDir } = workerData as ThreadSetup;
const userRules = rulesDir === undefined ? [] : loadUserRules(rulesDir);

parentPort?.on('message', async (order: PartOrder) => {
  const validation = { ...setup.validation, userRules: await userRules };
  parentPort?.postMessage(await judgeOrder({ ...setup, validation }, order));
});
