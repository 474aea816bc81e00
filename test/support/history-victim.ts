// A writer of history that kills itself before the N-th step that changes the disk. Argv: directory, action, step
// (0 = never), `linkless` for a file system without hard links. Prints the number of steps when it survives.
import { openLocalObjects } from '../../src/history/local-objects.ts';
import { openHistoryOn } from '../../src/history/store.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { refuseLink } from './linkless.ts';
import { makeScan } from './victim-scans.ts';

const [directory = '', action = '', killAt = '0', links = ''] = process.argv.slice(2);
let steps = 0;
const atStep = (): void => {
  steps += 1;
  if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
};
const objects = openLocalObjects(directory, { atStep, ...(links === 'linkless' && { link: refuseLink }) });
if (action === 'put') await objects.putIfAbsent('k/one', Buffer.from('of the victim'));
const now = (): Date => new Date('2026-12-20T00:00:00Z');
const store = await openHistoryOn(objects, { deployment: 'main', logger: silentLogger, now });
if (action === 'append') await store.append(makeScan('victim'));
if (action === 'compact') await store.compact({ graceMs: 0 });
if (action === 'prune') await store.prune({ retentionDays: 30, graceMs: 0 });
await store.close();
process.stdout.write(String(steps));
