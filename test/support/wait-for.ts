import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is not undefined. @throws after `timeoutMs` */
export async function waitFor<T>(probe: () => T | undefined, timeoutMs = 30_000): Promise<T> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const answer = probe();
    if (answer !== undefined) return answer;
    if (performance.now() > giveUpAt) throw new Error(`waited ${timeoutMs} ms in vain for: ${probe}`);
    await sleep(50);
  }
}
