import assert from 'node:assert/strict';
import { indexNas } from '../../src/correlate/nas-index.ts';
import { democraticComment, proofsOfDataset, trueNasCsiComment } from '../../src/correlate/proofs.ts';
import type { Dataset, NasSections } from '../../src/model/truenas.ts';
import {
  makeDataset,
  makeExtent,
  makeNas,
  makeNfsShare,
  makeTarget,
  makeTargetExtent,
  makeZvol,
  own,
  read,
  uid,
} from './support/small.ts';

const volume = `pvc-${uid('1')}`;
const place = `tank/k8s/${volume}`;
const byName = { kind: 'namePattern', value: volume };

/** Of the first of the datasets. */
function proofsOf(datasets: readonly Dataset[], sections: Partial<NasSections> = {}) {
  const [dataset = makeDataset('none')] = datasets;
  return proofsOfDataset(dataset, indexNas(makeNas({ datasets: read(datasets), ...sections })));
}

describe('[U] correlate/proofs, comments', () => {
  it('reads driver and dataset out of the comment that democratic-csi writes', () => {
    assert.deepEqual(democraticComment('democratic-csi (org.democratic-csi.nfs): tank/k8s/my volume'), {
      driver: 'org.democratic-csi.nfs',
      dataset: 'tank/k8s/my volume',
    });
  });

  for (const comment of [
    '',
    'democratic-csi',
    'democratic-csi (): tank/a',
    'democratic-csi (nfs): ',
    'made by democratic-csi (nfs): tank/a',
    'democratic-csi (nfs): tank/a\nkept',
    'CSI volume tank/a',
  ]) {
    it(`takes ${JSON.stringify(comment)} for none of democratic-csi's`, () =>
      assert.equal(democraticComment(comment), undefined));
  }

  it('reads the volume out of the comment that truenas-csi writes, also of a clone', () => {
    assert.equal(trueNasCsiComment('CSI volume tank/pvc-1'), 'tank/pvc-1');
    assert.equal(trueNasCsiComment('CSI volume clone tank/my volume'), 'tank/my volume');
    assert.equal(trueNasCsiComment('CSI volume t'), 't');
  });

  for (const comment of [
    '',
    'CSI volume ',
    'CSI volume  tank/a',
    'old CSI volume tank/a',
    'csi volume tank/a',
    'CSI volume tank/a\nkept',
  ]) {
    it(`takes ${JSON.stringify(comment)} for none of truenas-csi's`, () =>
      assert.equal(trueNasCsiComment(comment), undefined));
  }
});

describe('[U] correlate/proofs, user properties', () => {
  it('shows a finished volume by its own CSI name, before the name of the dataset', () => {
    const properties = own({ managed_resource: 'true', csi_volume_name: 'pvc-1' });

    assert.deepEqual(proofsOf([makeDataset(place, { userProperties: properties })]), [
      { kind: 'csiProperty', value: 'csi_volume_name=pvc-1' },
      byName,
    ]);
  });

  it('puts the instance id before everything else', () => {
    const properties = own({
      managed_resource: 'true',
      csi_volume_name: 'pvc-1',
      volume_context_provisioner_instance_id: 'east',
    });

    assert.deepEqual(proofsOf([makeDataset('tank/k8s/a', { userProperties: properties })]), [
      { kind: 'instanceId', value: 'east' },
      { kind: 'csiProperty', value: 'csi_volume_name=pvc-1' },
    ]);
  });

  it('shows a detached snapshot by its CSI name, managed or not, and its instance id', () => {
    const properties = own({ csi_snapshot_name: 'snapshot-1', volume_context_provisioner_instance_id: 'east' });

    assert.deepEqual(proofsOf([makeDataset('tank/snaps/a/snapshot-1', { userProperties: properties })]), [
      { kind: 'instanceId', value: 'east' },
      { kind: 'csiProperty', value: 'csi_snapshot_name=snapshot-1' },
    ]);
  });

  const nothing: readonly (readonly [what: string, name: string, values: Record<string, string>])[] = [
    ['an instance id alone', 'tank/k8s/a', { volume_context_provisioner_instance_id: 'east' }],
    ['a CSI name on what is not managed', 'tank/k8s/a', { csi_volume_name: 'pvc-1' }],
    ['a CSI name on what is managed "false"', 'tank/k8s/a', { csi_volume_name: 'pvc-1', managed_resource: 'false' }],
    ['a managed dataset that is not named like a volume', 'tank/k8s/a', { managed_resource: 'true' }],
  ];
  for (const [what, name, values] of nothing) {
    it(`takes ${what} for no proof`, () => {
      assert.deepEqual(proofsOf([makeDataset(name, { userProperties: own(values) })]), []);
    });
  }

  it('shows a half-made volume, managed and without a CSI name, only by the name of a volume', () => {
    const half = makeDataset(place, { userProperties: own({ managed_resource: 'true' }) });

    assert.deepEqual(proofsOf([half]), [{ kind: 'csiProperty', value: 'managed_resource=true' }, byName]);
  });

  it('does not take a finished volume or a detached snapshot for half-made', () => {
    for (const name of ['csi_volume_name', 'csi_snapshot_name']) {
      const properties = own({ managed_resource: 'true', [name]: 'x' });

      assert.deepEqual(proofsOf([makeDataset(place, { userProperties: properties })]), [
        { kind: 'csiProperty', value: `${name}=x` },
        byName,
      ]);
    }
  });

  it('takes what was handed down from the volume above for no proof, whatever the release calls its source', () => {
    const values = { managed_resource: 'true', csi_volume_name: 'pvc-1', csi_snapshot_name: 'snapshot-1' };
    const child = (source: 'INHERITED' | 'UNKNOWN') =>
      makeDataset('tank/k8s/a/photos', { userProperties: own(values, source) });
    const above = makeDataset('tank/k8s/a', { userProperties: own(values) });

    assert.deepEqual(proofsOf([child('INHERITED'), above]), []);
    assert.deepEqual(proofsOf([child('UNKNOWN'), above]), []);
    assert.equal(proofsOf([child('UNKNOWN')]).length, 2);
  });
});

describe('[U] correlate/proofs, what serves it', () => {
  const sharedAs = (comment: string, path = `/mnt/${place}`) => ({
    nfsShares: read([makeNfsShare(1, path, { comment })]),
  });

  it('shows a volume by the comment of its NFS share, with the driver that it names', () => {
    const comment = `democratic-csi (org.democratic-csi.nfs): ${place}`;

    assert.deepEqual(proofsOf([makeDataset(place)], sharedAs(comment, `/mnt/${place}/`)), [
      { kind: 'shareComment', value: comment, driver: 'org.democratic-csi.nfs' },
      byName,
    ]);
  });

  it("shows a volume by truenas-csi's comment, which names no driver", () => {
    const comment = `CSI volume ${place}`;

    assert.deepEqual(proofsOf([makeDataset(place)], sharedAs(comment)), [
      { kind: 'shareComment', value: comment },
      byName,
    ]);
  });

  for (const comment of ['', 'photos', 'democratic-csi (nfs): tank/k8s/other', 'CSI volume tank/k8s/other']) {
    it(`takes the comment "${comment}" for no proof: it speaks of something else`, () => {
      assert.deepEqual(proofsOf([makeDataset(place)], sharedAs(comment)), [byName]);
    });
  }

  it('finds the share at the trimmed mountpoint, and none for what is not mounted', () => {
    const comment = `CSI volume ${place}`;
    const shares = sharedAs(comment);

    assert.equal(proofsOf([makeDataset(place, { mountpoint: `/mnt/${place}/` })], shares).length, 2);
    assert.deepEqual(proofsOf([makeZvol(place)], shares), [byName]);
    assert.deepEqual(proofsOf([makeDataset(place, { mountpoint: '/mnt/elsewhere' })], shares), [byName]);
  });

  const linked = (target: string, zvol = place) => ({
    iscsiTargets: read([makeTarget(4, target), makeTarget(5, 'backup')]),
    iscsiExtents: read([makeExtent(7, 'e', { zvol })]),
    iscsiTargetExtents: read([makeTargetExtent(1, 4, 7), makeTargetExtent(2, 5, 7)]),
  });

  it('shows a zvol by a target that names a volume, and not by one that names none', () => {
    const target = `csi-pvc-${uid('2')}-c1`;

    assert.deepEqual(proofsOf([makeZvol('tank/k8s/db')], linked(target, 'tank/k8s/db')), [
      { kind: 'targetName', value: target },
    ]);
    assert.deepEqual(proofsOf([makeZvol('tank/k8s/db')], linked('db', 'tank/k8s/db')), []);
    assert.deepEqual(proofsOf([makeZvol('tank/k8s/db')], linked(target)), []);
  });

  it('shows nothing by a name that only begins like that of a volume', () => {
    assert.deepEqual(proofsOf([makeDataset(`${place}-old`)]), []);
    assert.deepEqual(proofsOf([makeDataset('tank/k8s/photos')]), []);
  });
});
