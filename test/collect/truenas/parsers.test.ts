import assert from 'node:assert/strict';
import { toNasCallError } from '../../../src/collect/truenas/nas-error.ts';
import { parseRelease, type Release } from '../../../src/collect/truenas/release.ts';
import { toDatasets } from '../../../src/collect/truenas/sections/datasets.ts';
import { toIscsiExtents, toIscsiTargetExtents } from '../../../src/collect/truenas/sections/iscsi.ts';
import { toNfsShares } from '../../../src/collect/truenas/sections/nfs-shares.ts';
import { toPools } from '../../../src/collect/truenas/sections/pools.ts';
import { toSmbShares } from '../../../src/collect/truenas/sections/smb-shares.ts';
import { toSnapshots } from '../../../src/collect/truenas/sections/snapshots.ts';
import { parseWire } from '../../../src/collect/truenas/wire.ts';
import { SourceError } from '../../../src/errors.ts';

const release = (text: string): Release => parseRelease(text) ?? assert.fail(text);
const isBadAnswer = (error: unknown) => error instanceof SourceError && error.kind === 'badAnswer';
const property = (rawvalue: string, parsed: unknown, source = 'LOCAL') => ({ rawvalue, parsed, value: 'x', source });
const dataset = { id: 'tank/a', type: 'FILESYSTEM', pool: 'tank', encrypted: false, locked: false };

describe('[U] collect/truenas/release', () => {
  for (const [version, text] of [
    ['TrueNAS-13.0-U6.1', '13.0'],
    ['TrueNAS-SCALE-24.10.2', '24.10'],
    ['TrueNAS-25.04.1', '25.04'],
    ['25.10.1', '25.10'],
    ['26.0.0-BETA.3', '26.0'],
  ] as const) {
    it(`reads ${version}`, () => assert.equal(parseRelease(version)?.text, text));
  }

  it('knows no release in a text without one', () => assert.equal(parseRelease('TrueNAS'), undefined));
});

describe('[U] collect/truenas/wire', () => {
  it('turns integers above 2^53 into their text and leaves all others', () => {
    assert.deepEqual(
      parseWire('{"a":16041234567890123456,"b":-9007199254740993,"c":9007199254740991,"d":1.5e300,"e":0.1}'),
      {
        a: '16041234567890123456',
        b: '-9007199254740993',
        c: 9007199254740991,
        d: 1.5e300,
        e: 0.1,
      },
    );
  });
});

describe('[U] collect/truenas/sections', () => {
  it('fails the list when one identity cannot be read', () => {
    assert.throws(() => toDatasets([dataset, { ...dataset, id: undefined }], release('24.10')), isBadAnswer);
    assert.throws(() => toNfsShares([{ id: 1, comment: 'no path' }]), isBadAnswer);
    assert.throws(() => toSnapshots('zfs.snapshot.query', [{ name: 'tank' }]), isBadAnswer);
    assert.throws(() => toIscsiTargetExtents([{ id: 1, target: null, extent: 2 }]), isBadAnswer);
    assert.throws(() => toPools({ not: 'a list' }), isBadAnswer);
  });

  it('leaves an unreadable size unknown and counts it, never 0', () => {
    const rows = [
      { ...dataset, used: { rawvalue: '12 KiB', parsed: 'many' } },
      { ...dataset, id: 'tank/b', used: property('1024', 1024) },
      { ...dataset, id: 'tank/c' },
    ];

    const { items, unreadable } = toDatasets(rows, release('24.10'));

    assert.deepEqual(
      items.map(({ usedBytes }) => usedBytes),
      [undefined, 1024, undefined],
    );
    assert.deepEqual(unreadable, { usedBytes: 1 });
  });

  it('tells no quota from an unknown one', () => {
    const rows = [
      { ...dataset, quota: property('0', null) },
      { ...dataset, id: 'tank/b', quota: property('1048576', 1048576) },
      { ...dataset, id: 'tank/c' },
    ];

    const quotas = toDatasets(rows, release('24.10')).items.map(({ quotaBytes }) => quotaBytes);

    assert.deepEqual(quotas, [null, 1048576, undefined]);
  });

  it('does not take missing user properties for none', () => {
    const [without, withNone] = toDatasets(
      [dataset, { ...dataset, id: 'b', user_properties: {} }],
      release('24.10'),
    ).items;

    assert.equal(without?.userPropertiesRead, false);
    assert.equal(withNone?.userPropertiesRead, true);
  });

  it('reads user properties of CORE only from their own method', () => {
    const extras = {
      userProperties: new Map([['tank/a', { 'democratic-csi:managed_resource': property('true', 'true') }]]),
    };

    const [read] = toDatasets([dataset], release('13.0'), extras).items;
    const [unread] = toDatasets([dataset], release('13.0')).items;

    assert.deepEqual(read?.userProperties, { 'democratic-csi:managed_resource': { value: 'true', source: 'LOCAL' } });
    assert.equal(unread?.userPropertiesRead, false);
  });

  it('keeps only user properties that a stage reads, and drops unset ones', () => {
    const user_properties = {
      'democratic-csi:csi_volume_name': property('pvc-1', 'pvc-1'),
      'democratic-csi:provision_success': property('-', '-'),
      'company:password': property('hunter2', 'hunter2'),
      comments: property('text', 'text'),
    };

    const [read] = toDatasets([{ ...dataset, user_properties }], release('25.04')).items;

    assert.deepEqual(Object.keys(read?.userProperties ?? {}), ['democratic-csi:csi_volume_name']);
  });

  it('reads ids that are 0, sizes as text, and + in zvol paths as a space', () => {
    assert.deepEqual(toIscsiTargetExtents([{ id: 0, target: 0, extent: 0, lunid: null }]).items, [
      { id: 0, target: 0, extent: 0 },
    ]);
    const extent = {
      id: 0,
      name: 'e',
      type: 'DISK',
      disk: 'zvol/tank/my+vol',
      path: 'zvol/tank/my+vol',
      comment: '',
      enabled: true,
    };
    assert.equal(toIscsiExtents([extent]).items[0]?.zvol, 'tank/my vol');
  });

  it('knows both forms of NFS paths', () => {
    const { items } = toNfsShares([
      { id: 1, paths: ['/mnt/a', '/mnt/b'], enabled: true, maproot_user: '' },
      { id: 2, path: '/mnt/c', enabled: true },
    ]);

    assert.deepEqual(
      items.map(({ paths }) => paths),
      [['/mnt/a', '/mnt/b'], ['/mnt/c']],
    );
    assert.ok(!('maprootUser' in (items[0] ?? {})));
  });

  it('reads who is let into an SMB share from the row, or from its options since 25.10', () => {
    const share = { name: 'a', path: '/mnt/a', enabled: true };
    const { items, unreadable } = toSmbShares([
      { ...share, id: 1, guestok: true, hostsallow: ['10.0.0.0/24'], hostsdeny: ['ALL'] },
      { ...share, id: 2, options: { guestok: false, hostsallow: ['node-1'], hostsdeny: [] } },
      { ...share, id: 3, options: { hostsallow: [], hostsdeny: [] } },
      { ...share, id: 4, options: { guestok: 'no', hostsallow: 'ALL' } },
    ]);

    assert.deepEqual(
      items.map(({ admitsGuests, allowedHosts, deniedHosts }) => [admitsGuests, allowedHosts, deniedHosts]),
      [
        [true, ['10.0.0.0/24'], ['ALL']],
        [false, ['node-1'], []],
        [undefined, [], []],
        [undefined, [], []],
      ],
    );
    assert.deepEqual(unreadable, { admitsGuests: 1, allowedHosts: 1 });
  });

  it('takes a pool that was never scrubbed for what it is', () => {
    const pool = { name: 'tank', guid: '1', status: 'ONLINE', healthy: true };
    const scan = { function: null, state: null, end_time: null, errors: null };

    assert.deepEqual(toPools([{ ...pool, scan }]).items, [pool]);
    assert.deepEqual(toPools([{ ...pool, scan: null }]).unreadable, {});
  });

  it('reads what holds the data of a pool, and nothing where the topology is not what it should be', () => {
    const pool = { name: 'tank', guid: '1', status: 'ONLINE', healthy: true };
    const vdevsOf = (topology: unknown) => toPools([{ ...pool, topology }]).items[0]?.dataVdevs;

    assert.deepEqual(
      vdevsOf({
        data: [
          { type: 'RAIDZ2', children: [{}, {}, {}, {}] },
          { type: 'DISK', children: [] },
        ],
      }),
      [
        { type: 'RAIDZ2', disks: 4 },
        { type: 'DISK', disks: 1 },
      ],
    );
    assert.equal(vdevsOf(null), undefined);
    assert.equal(vdevsOf({ data: [] }), undefined);
    assert.equal(vdevsOf({ data: [{ type: 'MIRROR', children: [] }, { no: 'type' }] }), undefined);
  });

  it('does not believe a createtxg of "0", which older releases send by mistake', () => {
    const row = { name: 'tank@a', createtxg: '0', properties: {} };

    assert.ok(!('createTxg' in (toSnapshots('zfs.snapshot.query', [row]).items[0] ?? {})));
  });
});

describe('[U] collect/truenas/nas-error', () => {
  for (const [name, error, kind] of [
    ['no right', { code: -32001, data: { error: 13, errname: 'EACCES', reason: 'x' } }, 'forbidden'],
    ['no right, without a name', { code: -32001, data: { error: 13 } }, 'forbidden'],
    ['no login', { code: -32001, data: { errname: 'ENOTAUTHENTICATED' } }, 'unauthenticated'],
    ['unknown method, without data', { code: -32601, message: 'Method does not exist' }, 'notFound'],
    ['too many calls', { code: -32000 }, 'rateLimited'],
    ['busy', { code: -32001, data: { errname: 'EBUSY' } }, 'rateLimited'],
    ['missing row as validation', { code: -32602, data: { error: 22, extra: [[null, 'gone', 2]] } }, 'notFound'],
    ['raised', { code: -32001, data: { error: 14, errname: 'EFAULT' } }, 'server'],
    ['no error at all', 'what', 'badAnswer'],
  ] as const) {
    it(`says ${kind} for: ${name}`, () => assert.equal(toNasCallError('nas/a', 'pool.query', error).kind, kind));
  }

  it('decides by code, never by what a message says', () => {
    const error = {
      code: -32001,
      message: '[EACCES] Not authorized',
      data: { error: 14, reason: '[EACCES] Not authorized' },
    };

    assert.equal(toNasCallError('nas/a', 'pool.query', error).kind, 'server');
  });

  it('keeps nothing of the trace', () => {
    const trace = { frames: [{ locals: { password: 'hunter2' } }], formatted: 'hunter2' };
    const error = toNasCallError('nas/a', 'pool.query', { code: -32001, data: { error: 14, trace } });

    assert.ok(!JSON.stringify({ ...error, message: error.message, cause: error.cause }).includes('hunter2'));
  });
});
