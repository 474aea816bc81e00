import assert from 'node:assert/strict';
import { type SectionAnswer, section } from '../../src/collect/section.ts';
import { SourceError } from '../../src/errors.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { Secret } from '../../src/util/secret.ts';

const readSection = (read: () => Promise<SectionAnswer<unknown>>) =>
  section(silentLogger, 'pools', read, () => new Date('2026-11-23T02:00:00Z'));

describe('[U] collect/section', () => {
  it('hands a complete list on with the time it was asked for', async () => {
    const read = await readSection(async () => ['tank']);

    assert.ok(read.ok);
    assert.deepEqual(read.items, ['tank']);
    assert.equal(read.takenAt, '2026-11-23T02:00:00.000Z');
    assert.ok(!('absent' in read) && !('unreadable' in read));
  });

  it('keeps what the collector says about absence and unreadable fields', async () => {
    const read = await readSection(async () => ({
      items: [],
      absent: 'too old',
      unreadable: { a: 2 },
    }));

    assert.ok(read.ok);
    assert.equal(read.absent, 'too old');
    assert.deepEqual(read.unreadable, { a: 2 });
  });

  it('turns a known error into a failed section with kind, sentence and remedy', async () => {
    const read = await readSection(async () => {
      throw new SourceError('forbidden', 'No right to read pools', { remedy: 'Grant POOL_READ.' });
    });

    assert.ok(!read.ok);
    assert.deepEqual(read.error, { code: 'forbidden', message: 'No right to read pools', remedy: 'Grant POOL_READ.' });
  });

  it('fails, never shortens, on an error that nobody foresaw', async () => {
    const read = await readSection(async () => [1].map(() => (undefined as never as string).length));

    assert.ok(!read.ok);
    assert.equal(read.error.code, 'badAnswer');
  });

  it('never lets a secret through in a message', async () => {
    const secret = new Secret('17-very-secret-key');

    const read = await readSection(async () => {
      throw new SourceError('server', `the NAS said ${secret.reveal()}`);
    });

    assert.ok(!read.ok);
    assert.equal(read.error.message, 'the NAS said [redacted]');
  });
});
