import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { HistoryError } from '../../src/errors.ts';
import { encodeShare } from '../../src/history/share-file.ts';
import { decodeInventory, listShares, putShare, readShareHead, shareTime } from '../../src/history/shares.ts';
import type { Share, ShareHead } from '../../src/model/share.ts';
import { buildNasShare } from '../../src/run/fleet/build-share.ts';
import { makeHealthyEstate } from '../support/healthy-estate.ts';
import { openMemoryObjects } from '../support/memory-objects.ts';

const compress = promisify(zstdCompress);
const [nas] = makeHealthyEstate().inventory.nases;
if (nas === undefined) throw new Error('the healthy estate has a NAS');
const share = buildNasShare(nas, { scanId: 'one', runId: 'night' });
const { source } = share.head;

function withHead(change: object): Share {
  return { ...share, head: { ...share.head, ...change } as ShareHead };
}

describe('[U] history/shares', () => {
  it('gives back the head alone, and the inventory from the same object', async () => {
    const objects = openMemoryObjects();
    const key = await putShare(objects, share);

    assert.deepEqual(await readShareHead(objects, key, source), JSON.parse(JSON.stringify(share.head)));
    assert.deepEqual(
      await decodeInventory((await objects.get(key)) ?? new Uint8Array()),
      JSON.parse(JSON.stringify(share.inventory)),
    );
  });

  it('lists the newest first and keeps five', async () => {
    const objects = openMemoryObjects();
    for (let hour = 1; hour <= 7; hour += 1) {
      await putShare(objects, withHead({ readFrom: `2026-11-23T0${hour}:00:00.000Z`, scanId: `s${hour}` }));
    }

    const keys = await listShares(objects, source);

    assert.equal(keys.length, 5);
    assert.match(keys[0] ?? '', /T070000Z-s7/);
  });

  it('tells by its name when it was begun, and of another file nothing', async () => {
    const key = await putShare(openMemoryObjects(), withHead({ readFrom: '2026-11-23T02:03:04.900Z' }));

    assert.equal(shareTime(key)?.toISOString(), '2026-11-23T02:03:04.000Z');
    assert.equal(shareTime(`${key}/left-behind.tmp`), undefined);
  });

  const bad: Readonly<Record<string, readonly [string, () => Promise<Uint8Array>]>> = {
    'a byte of the inventory changed': ['damaged', async () => flip(await encodeShare(share))],
    'the end is missing': ['damaged', async () => (await encodeShare(share)).slice(0, -20)],
    'the inventory is missing': ['damaged', () => compress(JSON.stringify(share.head))],
    'a byte of the head changed': ['damaged', async () => flip(await encodeShare(share), 400)],
    'the inventory is of another share': ['damaged', () => mixed()],
    'it is no share at all': ['damaged', () => compress('{}\n{}\n')],
    'it is empty': ['damaged', async () => new Uint8Array()],
    'it is of an older release': ['another release', () => encodeShare(withHead({ formatVersion: 1 }))],
    'it is of a newer release': ['another release', () => encodeShare(withHead({ formatVersion: 99, keys: 'new' }))],
    'it is of another source': ['it is of nas/other', () => encodeShare(withHead({ source: 'nas/other' }))],
  };
  for (const [name, [words, body]] of Object.entries(bad)) {
    it(`refuses one when ${name}`, async () => {
      const objects = openMemoryObjects();
      await objects.putIfAbsent('key', await body());

      await assert.rejects(readShareHead(objects, 'key', source), (error: unknown) => {
        assert.ok(error instanceof HistoryError);
        assert.match(error.message, new RegExp(words));
        return true;
      });
    });
  }
});

function flip(body: Uint8Array, at = body.length - 40): Uint8Array {
  return body.map((byte, index) => (index === at ? byte ^ 0x10 : byte));
}

/** Each part whole in itself. */
async function mixed(): Promise<Uint8Array> {
  const [own, other] = await Promise.all([
    encodeShare(share),
    encodeShare({ ...share, inventory: { ...share.inventory, name: 'another' } }),
  ]);
  return Buffer.concat([own.subarray(0, lengthToInventory(own)), other.subarray(lengthToInventory(other))]);
}

function lengthToInventory(body: Uint8Array): number {
  const length = Buffer.from(body).readUInt32LE(4);
  const { headBytes } = JSON.parse(Buffer.from(body.subarray(8, 8 + length)).toString()) as { headBytes: number };
  return 8 + length + headBytes;
}
