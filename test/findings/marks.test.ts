import assert from 'node:assert/strict';
import { listMarks } from '../../src/findings/marks.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { ClusterSections } from '../../src/model/kubernetes.ts';
import type { NasSections, ZfsSnapshot } from '../../src/model/truenas.ts';
import { makeHealthyEstate } from '../support/healthy-estate.ts';
import { makeDataset, read, withSections } from '../support/make-inventory.ts';

const marked = (reason: string) => ({ 'strandline:ignore': { value: reason, source: 'UNKNOWN' as const } });
const unread = { ok: false, error: { code: 'timeout', message: 'no answer' }, takenAt: '' } as const;

function marksOf(cluster: Partial<ClusterSections>, nas: Partial<NasSections>): string[] {
  const { inventory } = withSections(makeHealthyEstate(), cluster, nas);
  return listMarks(inventory as Inventory).map(({ kind, label, reason }) => `${kind} ${label}: ${reason}`);
}

function makeSnapshot(name: string, reason?: string): ZfsSnapshot {
  const [dataset = '', snapshotName = ''] = name.split('@');
  return {
    name,
    dataset,
    snapshotName,
    userProperties: reason === undefined ? {} : marked(reason),
    userPropertiesRead: true,
  };
}

describe('[U] findings/marks', () => {
  it('finds a mark on every kind of object that a finding can be about', () => {
    const { sections } = makeHealthyEstate().inventory.clusters[0] ?? assert.fail();
    const each = <T extends object>(section: { ok: boolean; items?: readonly T[] }, kind: string) =>
      read((section.items ?? []).slice(0, 1).map((item) => ({ ...item, ignore: { reason: kind } })));
    const meta = { uid: 'u', labels: {}, finalizers: [] };
    const one = <T>(name: string) => read([{ ...meta, name, namespace: 'shop', ignore: { reason: 'm' } } as T]);

    assert.deepEqual(
      marksOf(
        {
          persistentVolumes: each(sections.persistentVolumes, 'kept'),
          claims: one('db'),
          volumeSnapshots: one('snap'),
          volumeSnapshotContents: unread,
          volumeAttachments: unread,
        },
        { datasets: read([makeDataset('tank/a', { userProperties: marked('a') })]), snapshots: read([]) },
      ).slice(1),
      ['PersistentVolumeClaim shop/db: m', 'VolumeSnapshot shop/snap: m', 'Dataset tank/a: a'],
    );
  });

  it('passes over what is not marked, and lists that were not read', () => {
    assert.deepEqual(marksOf({}, {}), []);
    assert.deepEqual(marksOf({}, { datasets: unread, snapshots: read([makeSnapshot('tank/a@s', 'x')]) }), []);
    assert.deepEqual(
      marksOf({}, { datasets: read([makeDataset('tank/a', { userProperties: marked('a') })]), snapshots: unread }),
      ['Dataset tank/a: a'],
    );
  });

  it('counts what is inherited where it was set', () => {
    const datasets = read([
      makeDataset('tank'),
      makeDataset('tank/k8s', { userProperties: marked('lab') }),
      makeDataset('tank/k8s/v', { userProperties: marked('lab') }),
      makeDataset('tank/k8s/w', { type: 'VOLUME', userProperties: marked('mine') }),
    ]);
    const snapshots = read([
      makeSnapshot('tank/k8s/v@inherits', 'lab'),
      makeSnapshot('tank/k8s/v@own', 'audit'),
      makeSnapshot('tank@none'),
    ]);

    assert.deepEqual(marksOf({}, { datasets, snapshots }), [
      'Dataset tank/k8s: lab',
      'Zvol tank/k8s/w: mine',
      'ZfsSnapshot tank/k8s/v@own: audit',
    ]);
  });
});
