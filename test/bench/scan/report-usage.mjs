// Preloaded (`node --import`) into every measured program: what it used, as one line of JSON on descriptor 3, at its end.
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

process.on('exit', () => {
  if (!isMainThread) return;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuMs: Math.round((userCPUTime + systemCPUTime) / 1000), peakRssBytes: maxRSS * 1024 };
  writeSync(3, `${JSON.stringify({ ...usage, ...globalThis.benchStages })}\n`);
});
