import assert from 'node:assert/strict';
import { HistoryError } from '../../src/errors.ts';
import { checkFormat } from '../../src/history/format.ts';
import { openLocalObjects } from '../../src/history/local-objects.ts';
import { checkPart } from '../../src/history/part-files.ts';
import { describePart, hash } from '../../src/history/records.ts';
import { openHistoryOn } from '../../src/history/store.ts';
import { silentLogger } from '../../src/model/logger.ts';
import type { Memory } from '../../src/model/memory.ts';
import { openMemoryObjects } from '../support/memory-objects.ts';
import { makeCheck, makeFinding, makeResult } from '../support/stored-result.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

type Objects = ReturnType<typeof openMemoryObjects>;
const seen = makeCheck({ status: 'found', count: 1 });
const withFinding = { findings: [makeFinding('f1')], checks: [seen] };

async function storeOf(scans: readonly ReturnType<typeof makeResult>[]): Promise<Objects> {
  const objects = openMemoryObjects();
  const store = await openHistoryOn(objects, { deployment: 'main', logger: silentLogger });
  for (const scan of scans) await store.append(scan);
  await store.close();
  return objects;
}

async function remember(objects: Objects): Promise<Memory> {
  const store = await openHistoryOn(objects, { deployment: 'main', logger: silentLogger });
  try {
    return await store.memory();
  } finally {
    await store.close();
  }
}

/** The one key that holds all these words. */
function keyOf(objects: Objects, ...words: readonly string[]): string {
  const keys = [...objects.objects.keys()].filter((key) => words.every((word) => key.includes(word)));
  assert.equal(keys.length, 1, `${words.join(' ')}: ${keys.join(' ')}`);
  return keys[0] ?? '';
}

const bytesOf = (objects: Objects, key: string): Uint8Array => objects.objects.get(key) ?? new Uint8Array();
const flipBit = (body: Uint8Array): Uint8Array => body.map((byte, i) => (i === 60 ? byte ^ 1 : byte));

const damages: Record<string, { readonly make: (body: Uint8Array) => Uint8Array; readonly says: RegExp }> = {
  'an empty part': { make: () => new Uint8Array(), says: /empty/ },
  'a part that is cut off': { make: (body) => body.slice(0, 100), says: /cut off: 100 of/ },
  'a part with one flipped bit': { make: flipBit, says: /not the file that was written/ },
  'a foreign file under a name of ours': { make: () => Buffer.alloc(9000, 'PAR1'), says: /not the file/ },
};

describe('[U] history with damaged files', () => {
  const folder = useTemporaryFolder();

  for (const [name, { make, says }] of Object.entries(damages)) {
    it(`names ${name}, leaves it where it is, and uses the rest`, async () => {
      const objects = await storeOf([makeResult('s1', 0, withFinding), makeResult('s2', 1, withFinding)]);
      const key = keyOf(objects, 'findings/', 's1');
      objects.objects.set(key, make(bytesOf(objects, key)));
      const digest = hash(bytesOf(objects, key));
      const memory = await remember(objects);
      assert.deepEqual(
        memory.damagedParts.map((part) => part.name),
        [key],
      );
      assert.match(memory.damagedParts[0]?.because ?? '', says);
      assert.equal(memory.scans, 1);
      assert.equal(memory.findings[0]?.firstSeenAt, '2026-10-02T02:00:00.000Z');
      assert.equal(hash(bytesOf(objects, key)), digest);
    });
  }

  it('says the same of a file that is read where it lies', async () => {
    const body = Buffer.alloc(8000, 'x');
    const part = describePart('findings/p.parquet', 'findings', ['s1'], body, 1);
    const objects = openLocalObjects(folder.path);
    const saidOf = async (bytes: Uint8Array): Promise<string | undefined> => {
      await objects.replace(part.key, bytes);
      return checkPart(objects, part);
    };
    assert.equal(await checkPart(objects, part), 'it is missing');
    assert.equal(await saidOf(body), undefined);
    for (const { make, says } of Object.values(damages)) assert.match((await saidOf(make(body))) ?? '', says);
  });

  it('never resolves a finding by a scan whose findings are damaged', async () => {
    const objects = await storeOf([makeResult('s1', 0, withFinding), makeResult('s2', 1, withFinding)]);
    objects.objects.delete(keyOf(objects, 'findings/', 's2'));
    const memory = await remember(objects);
    assert.match(memory.damagedParts[0]?.because ?? '', /missing/);
    assert.equal(memory.findings[0]?.resolvedAt, undefined);
    assert.equal(memory.findings[0]?.runsSeen, 1);
  });

  it('names a damaged commit record and keeps the other scans', async () => {
    const objects = await storeOf([makeResult('s1', 0, withFinding), makeResult('s2', 1)]);
    const key = keyOf(objects, 'commits/', 's2');
    objects.objects.set(key, bytesOf(objects, key).slice(0, 50));
    const memory = await remember(objects);
    assert.deepEqual(memory.damagedParts, [{ name: key, because: 'the record is cut off or not JSON' }]);
    assert.equal(memory.scans, 1);
  });

  it('says unreadable, not first, when every scan is damaged', async () => {
    const objects = await storeOf([makeResult('s1', 0)]);
    objects.objects.set(keyOf(objects, 'commits/', 's1'), Buffer.from('{}'));
    const memory = await remember(objects);
    assert.equal(memory.state, 'unreadable');
    assert.equal(memory.because, 'every stored scan is damaged');
  });

  it('falls back to the newest result that can be read', async () => {
    const objects = await storeOf([makeResult('s1', 0), makeResult('s2', 1)]);
    const key = keyOf(objects, 'results/', 's2');
    objects.objects.set(key, bytesOf(objects, key).slice(0, 50));
    const store = await openHistoryOn(objects, { deployment: 'main', logger: silentLogger });
    assert.equal((await store.latestResult())?.scan.id, 's1');
    assert.equal(await store.result('s2'), undefined);
    await store.close();
  });

  it('refuses a commit record of a newer release', async () => {
    const objects = await storeOf([makeResult('s1', 0)]);
    const key = keyOf(objects, 'commits/', 's1');
    objects.objects.set(key, Buffer.from('{"formatVersion":2,"rules":"unknown"}'));
    await assert.rejects(remember(objects), (error: unknown) => {
      assert.ok(error instanceof HistoryError);
      assert.match(error.message, /s1\.json has history format version 2; this release reads up to version 1/);
      return true;
    });
  });
});

describe('[U] history/format', () => {
  const cases: Record<string, { readonly body: string; readonly says: RegExp }> = {
    'a newer version': { body: '{"format":"strandline-history","version":9}', says: /format version 9/ },
    'an empty file': { body: '', says: /not a Strandline history format file \(0 bytes\)/ },
    'a file that is cut off': { body: '{"format":"strand', says: /not a Strandline history format file/ },
    "somebody else's file": { body: '{"version":1}', says: /not a Strandline history format file/ },
  };
  for (const [name, { body, says }] of Object.entries(cases)) {
    it(`refuses ${name} with a remedy, and changes nothing`, async () => {
      const objects = await storeOf([makeResult('s1', 0)]);
      objects.objects.set('format.json', Buffer.from(body));
      const before = [...objects.objects.keys()];
      await assert.rejects(remember(objects), (error: unknown) => {
        assert.ok(error instanceof HistoryError && error.remedy !== undefined);
        assert.match(error.message, says);
        return true;
      });
      assert.deepEqual([...objects.objects.keys()], before);
    });
  }

  it('refuses scans without a format file instead of starting anew', async () => {
    const objects = await storeOf([makeResult('s1', 0)]);
    objects.objects.delete('format.json');
    await assert.rejects(remember(objects), /holds scans but its format\.json is missing/);
  });

  it('migrates an older store step by step and keeps its file', async () => {
    const objects = await storeOf([makeResult('s1', 0)]);
    const steps = [1, 2].map((from) => ({
      from,
      migrate: async (store: Parameters<typeof checkFormat>[0]) => {
        await store.putIfAbsent(`migrated-${from}`, Buffer.from('x'));
      },
    }));
    assert.equal(await checkFormat(objects, steps, 3), 'ready');
    assert.match(Buffer.from(bytesOf(objects, 'format.json')).toString(), /"version":3/);
    assert.match(Buffer.from(bytesOf(objects, 'format-v1.json')).toString(), /"version":1/);
    assert.match(Buffer.from(bytesOf(objects, 'format-v2.json')).toString(), /"version":2/);
    assert.ok(objects.objects.has('migrated-1') && objects.objects.has('migrated-2'));
  });

  it('leaves the old version standing when a migration fails, so that it is tried again', async () => {
    const objects = await storeOf([makeResult('s1', 0)]);
    const failing = { from: 1, migrate: () => Promise.reject(new HistoryError('disk full')) };
    await assert.rejects(checkFormat(objects, [failing], 2), /disk full/);
    assert.match(Buffer.from(bytesOf(objects, 'format.json')).toString(), /"version":1/);
  });

  it('says which version no migration leads from', async () => {
    const objects = await storeOf([makeResult('s1', 0)]);
    await assert.rejects(checkFormat(objects, [], 2), /format version 1, which this release cannot migrate/);
  });
});
