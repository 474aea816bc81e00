import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toNasCallError } from '../../../src/collect/truenas/nas-error.ts';
import { parseRelease, type Release } from '../../../src/collect/truenas/release.ts';
import { toAccount } from '../../../src/collect/truenas/sections/account.ts';
import { toAlerts, toServices } from '../../../src/collect/truenas/sections/alerts.ts';
import { toDatasets } from '../../../src/collect/truenas/sections/datasets.ts';
import {
  toIscsiExtents,
  toIscsiInitiators,
  toIscsiTargetExtents,
  toIscsiTargets,
} from '../../../src/collect/truenas/sections/iscsi.ts';
import { toNfsShares } from '../../../src/collect/truenas/sections/nfs-shares.ts';
import { toNvmeNamespaces, toNvmePorts, toNvmeSubsystems } from '../../../src/collect/truenas/sections/nvme.ts';
import { toPools } from '../../../src/collect/truenas/sections/pools.ts';
import { toSmbShares } from '../../../src/collect/truenas/sections/smb-shares.ts';
import { toSnapshots } from '../../../src/collect/truenas/sections/snapshots.ts';
import { toSystem } from '../../../src/collect/truenas/sections/system.ts';
import { toReplications, toSnapshotTasks } from '../../../src/collect/truenas/sections/tasks.ts';
import { parseWire } from '../../../src/collect/truenas/wire.ts';
import { SourceError } from '../../../src/errors.ts';

/** Answers of real systems, which may not be published and so lie beside the repository. */
const root =
  process.env['STRANDLINE_TEST_SHARED'] ??
  [join(import.meta.dirname, '../../../../shared'), join(import.meta.dirname, '../../../../../shared')].find((path) =>
    existsSync(join(path, 'data/truenas')),
  ) ??
  '';
const data = join(root, 'data/truenas');

interface Parsed {
  readonly items: readonly unknown[];
  readonly unreadable?: Readonly<Record<string, number>>;
}

type Parse = (answer: unknown, release: Release) => Parsed;

const snapshots = (method: string) => (answer: unknown) => toSnapshots(method, answer);

const parsers: Readonly<Record<string, Parse>> = {
  'system.info': (answer) => ({ items: [toSystem(answer).system], unreadable: toSystem(answer).unreadable }),
  'pool.query': toPools,
  'pool.dataset.query': toDatasets,
  'pool.dataset.get_instance': (answer, release) => toDatasets([answer], release),
  'zfs.snapshot.query': snapshots('zfs.snapshot.query'),
  'pool.snapshot.query': snapshots('pool.snapshot.query'),
  'zfs.resource.snapshot.query': snapshots('zfs.resource.snapshot.query'),
  'sharing.nfs.query': toNfsShares,
  'sharing.smb.query': toSmbShares,
  'iscsi.target.query': toIscsiTargets,
  'iscsi.extent.query': toIscsiExtents,
  'iscsi.targetextent.query': toIscsiTargetExtents,
  'iscsi.initiator.query': toIscsiInitiators,
  'nvmet.subsys.query': toNvmeSubsystems,
  'nvmet.namespace.query': toNvmeNamespaces,
  'nvmet.port.query': (answer) => toNvmePorts(answer, []),
  'pool.snapshottask.query': toSnapshotTasks,
  'pool.snapshottask.create-answer': (answer) => toSnapshotTasks([answer]),
  'replication.query': toReplications,
  'alert.list': toAlerts,
  'service.query': toServices,
  'auth.me': toAccount,
};

const releaseOf: Readonly<Record<string, string>> = {
  'core-12': '12.0',
  'core-13': '13.0',
  '25.x-not-stated': '25.10',
};

function filesOf(kind: 'recorded' | 'reconstructed') {
  return readdirSync(join(data, kind)).flatMap((folder) =>
    readdirSync(join(data, kind, folder)).map((file) => ({ folder, file, path: join(data, kind, folder, file) })),
  );
}

const read = (path: string) => parseWire(readFileSync(path, 'utf8'));

/** `pool.query.never-scrubbed.partial.json` → `pool.query` */
function parserOf(file: string): Parse | undefined {
  const names = Object.keys(parsers).sort((a, b) => b.length - a.length);
  return parsers[names.find((name) => file.startsWith(`${name}.`)) ?? ''];
}

/** Rows of another shape by design: not what we ask for. */
const otherShape = /names-only|leaf-vdev|get_methods|api-versions/;

describe('[U] collect/truenas/recorded', () => {
  if (!existsSync(data)) {
    it('is left out: no recorded answers beside this repository', () => {
      process.stdout.write(`      (left out: ${data || 'shared/data/truenas'} is not there)\n`);
    });
    return;
  }

  it('reads every recorded and reconstructed answer of a method we call', () => {
    const readNames: string[] = [];
    for (const { folder, file, path } of [...filesOf('recorded'), ...filesOf('reconstructed')]) {
      const parse = parserOf(file);
      if (parse === undefined || otherShape.test(file)) continue;
      const release = parseRelease(releaseOf[folder] ?? `${folder}.0`.replace(/^(\d+\.\d+)\.0$/, '$1'));
      assert.ok(release !== undefined, folder);
      const answer = read(path);

      try {
        const { items, unreadable = {} } = parse(answer, release);
        assert.equal(items.length, Array.isArray(answer) ? answer.length : 1, `${folder}/${file}`);
        if (!file.includes('.partial.')) assert.deepEqual(unreadable, {}, `${folder}/${file}`);
        readNames.push(`${folder}/${file}`);
      } catch (error) {
        const isCutShort = file.includes('.partial.') && error instanceof SourceError && error.kind === 'badAnswer';
        if (!isCutShort) throw new Error(`${folder}/${file}: ${String(error)}`, { cause: error });
      }
    }
    assert.ok(readNames.length >= 60, `only ${readNames.length} files were read`);
  });

  it('turns every reconstructed JSON-RPC error into an error of ours, without its trace', () => {
    let seen = 0;
    for (const { file, path } of filesOf('reconstructed')) {
      if (file !== 'jsonrpc-errors.json') continue;
      for (const { case: name, message } of read(path) as { case: string; message: { error: unknown } }[]) {
        const error = toNasCallError('nas/nas01', 'pool.query', message.error);
        seen += 1;
        assert.ok(error.kind !== undefined && error.remedy !== undefined, name);
        assert.ok(!JSON.stringify(error).includes('middlewared/main.py') && !error.message.includes('Traceback'), name);
      }
    }
    assert.ok(seen > 20, `only ${seen} errors seen`);
  });

  it('keeps a guid above 2^53 digit by digit', () => {
    const [row] = read(join(data, 'reconstructed/26/zfs.resource.snapshot.query.json')) as { guid: unknown }[];

    assert.equal(row?.guid, '16041234567890123456');
  });
});
