import assert from 'node:assert/strict';
import { indexCoverage, pickBackend, pickFrom } from '../../src/correlate/coverage.ts';
import type { Backend } from '../../src/model/backend.ts';
import type { Proof } from '../../src/model/links.ts';
import { iscsiDriver, makeBackend, nfsDriver, trueNasDriver } from './support/small.ts';

const nfs = makeBackend();
const iscsi = makeBackend({ driver: iscsiDriver, protocol: 'iscsi' });
const official = makeBackend({ driver: trueNasDriver, family: 'truenas-csi', protocol: 'mixed' });
const staging = (of: Backend): Backend => makeBackend({ ...of, id: `${of.id} of staging`, cluster: 'staging' });

const instanceId = (value: string): Proof => ({ kind: 'instanceId', value });
const csiProperty: Proof = { kind: 'csiProperty', value: 'csi_volume_name=pvc-1' };
const namePattern: Proof = { kind: 'namePattern', value: 'pvc-1' };
const commentOf = (driver: string): Proof => ({ kind: 'shareComment', value: `democratic-csi (${driver}): x`, driver });
const officialComment: Proof = { kind: 'shareComment', value: 'CSI volume tank/k8s/pvc-1' };

describe('[U] correlate/coverage', () => {
  describe('which backends cover the place where a dataset stands', () => {
    const coverage = (...backends: Backend[]) => indexCoverage(backends);

    it('covers a direct child of a parent at depth 1, and what stands deeper at its depth', () => {
      const of = coverage(nfs);

      assert.deepEqual(of('nas01', 'tank/k8s/pvc-1'), {
        ...{ kind: 'parent', parent: 'tank/k8s', depth: 1 },
        backends: [nfs],
      });
      assert.equal(of('nas01', 'tank/k8s/pvc-1/app')?.depth, 2);
      assert.equal(of('nas01', 'tank/k8s/pvc-1/app/data')?.depth, 3);
    });

    it('covers neither the parent itself, nor what stands above it or beside it', () => {
      const of = coverage(nfs);

      for (const name of ['tank/k8s', 'tank', 'tank/k8s-old/pvc-1', 'tank/media', 'flash/k8s/pvc-1']) {
        assert.equal(of('nas01', name), undefined, name);
      }
    });

    it('covers nothing on a NAS that the backend does not use, at a parent of the same name', () => {
      assert.equal(coverage(nfs)('nas02', 'tank/k8s/pvc-1'), undefined);
    });

    it('takes the nearest of two nested parents', () => {
      const inner = makeBackend({ driver: iscsiDriver, parents: ['tank/k8s/block'] });
      const of = coverage(nfs, inner);

      assert.deepEqual(of('nas01', 'tank/k8s/block/pvc-1')?.backends, [inner]);
      assert.deepEqual(of('nas01', 'tank/k8s/pvc-1')?.backends, [nfs]);
      assert.deepEqual(of('nas01', 'tank/k8s/block')?.backends, [nfs]);
    });

    it('names every backend of a parent that several share', () => {
      assert.deepEqual(coverage(nfs, iscsi)('nas01', 'tank/k8s/pvc-1')?.backends, [nfs, iscsi]);
    });

    it('covers every parent of a backend that has several', () => {
      const of = coverage(makeBackend({ parents: ['tank/a', 'tank/b'] }));

      assert.equal(of('nas01', 'tank/a/pvc-1')?.parent, 'tank/a');
      assert.equal(of('nas01', 'tank/b/pvc-1')?.parent, 'tank/b');
    });

    it('says that a place is a detached parent', () => {
      const of = coverage(makeBackend({ detachedParents: ['tank/snaps'] }));

      assert.equal(of('nas01', 'tank/snaps/pvc-1')?.kind, 'detachedParent');
      assert.equal(of('nas01', 'tank/snaps/pvc-1/snapshot-1')?.depth, 2);
      assert.equal(of('nas01', 'tank/k8s/pvc-1')?.kind, 'parent');
    });

    it('keeps parents and detached parents of one name apart: volumes first, as config names them', () => {
      const detaching = makeBackend({ driver: iscsiDriver, parents: [], detachedParents: ['tank/k8s'] });

      const { kind, backends } = coverage(nfs, detaching)('nas01', 'tank/k8s/pvc-1') ?? {};

      assert.deepEqual({ kind, backends }, { kind: 'parent', backends: [nfs] });
    });
  });

  describe('which of several backends on one parent made it', () => {
    const mine = makeBackend({ instanceId: 'a' });
    const theirs = makeBackend({ driver: iscsiDriver, instanceId: 'b' });

    const other = makeBackend({ driver: 'org.other' });
    const exclusive = (of: Backend): Backend => ({ ...of, exclusive: true });
    const named = commentOf(nfsDriver);
    const strange = commentOf('org.strange');
    const rows: readonly (readonly [string, readonly Backend[], readonly Proof[], Backend | undefined])[] = [
      ['nobody where no backend is', [], [csiProperty], undefined],
      ['the one whose instance id it bears', [mine, theirs], [instanceId('b')], theirs],
      ['the one whose instance id it bears, before one without', [other, theirs], [instanceId('b')], theirs],
      [
        'the one whose instance id it bears, whatever proof is first',
        [other, theirs],
        [named, instanceId('b')],
        theirs,
      ],
      ['one without instance id, when it bears the id of none', [mine, iscsi], [instanceId('c')], iscsi],
      ['nobody, when it bears an id that each backend contradicts', [mine, theirs], [instanceId('c')], undefined],
      ['nobody, when its only backend has another instance id', [mine], [instanceId('b')], undefined],
      ['one with an instance id, when it bears properties without any', [mine], [csiProperty], mine],
      ['the driver that its share names', [other, nfs], [named], nfs],
      ['the driver that its share names, whatever proof comes first', [other, nfs], [csiProperty, named], nfs],
      ['the instance id before the driver that its share names', [mine, theirs], [instanceId('b'), named], theirs],
      ['nobody, when its share names a driver that is none of them', [nfs, iscsi], [strange], undefined],
      ['the exclusive one, when its share names none of them', [other, exclusive(nfs)], [strange], exclusive(nfs)],
      ['the exclusive one of its family', [exclusive(official), exclusive(nfs)], [strange], exclusive(nfs)],
      ['truenas-csi, when its comment is of truenas-csi', [nfs, official], [officialComment], official],
      ['democratic-csi, when it bears its properties', [official, nfs], [csiProperty], nfs],
      ['democratic-csi, when it bears its instance id', [official, nfs], [instanceId('a')], nfs],
      ['democratic-csi, when its comment names a driver of it', [official, nfs], [named], nfs],
      ['truenas-csi by comment, with old properties left', [nfs, official], [csiProperty, officialComment], official],
      ['either family, when only its name is of a volume', [official, nfs], [namePattern], official],
      ['either family, when it has no mark at all', [official, nfs], [], official],
      ['nobody, when its mark is of another family than each', [nfs], [officialComment], undefined],
      ['nobody, when its mark is of another family, the other way round', [official], [csiProperty], undefined],
      [
        'the exclusive one, though of another family',
        [official, exclusive(official)],
        [csiProperty],
        exclusive(official),
      ],
    ];
    for (const [title, backends, proofs, expected] of rows) {
      it(title, () => assert.deepEqual(pickBackend(backends, proofs, 'FILESYSTEM'), expected));
    }
  });

  describe('which of several backends fits, where no mark tells', () => {
    const as = (protocol: Backend['protocol']) => makeBackend({ driver: `org.${protocol}`, protocol });
    const pick = (type: 'FILESYSTEM' | 'VOLUME', ...protocols: Backend['protocol'][]) =>
      pickBackend(protocols.map(as), [csiProperty], type)?.protocol;

    it('gives a zvol to the protocols of blocks', () => {
      assert.equal(pick('VOLUME', 'nfs', 'iscsi'), 'iscsi');
      assert.equal(pick('VOLUME', 'smb', 'nvmeof'), 'nvmeof');
      assert.equal(pick('VOLUME', 'nfs', 'smb', 'mixed'), 'mixed');
    });

    it('gives a filesystem to the protocols of files', () => {
      assert.equal(pick('FILESYSTEM', 'iscsi', 'nfs'), 'nfs');
      assert.equal(pick('FILESYSTEM', 'nvmeof', 'smb'), 'smb');
      assert.equal(pick('FILESYSTEM', 'iscsi', 'nvmeof', 'unknown'), 'unknown');
    });

    it('gives it to the first when several fit, and when none does', () => {
      assert.equal(pick('FILESYSTEM', 'smb', 'nfs'), 'smb');
      assert.equal(pick('VOLUME', 'nfs', 'smb'), 'nfs');
    });
  });

  describe('a parent that several clusters fill', () => {
    const exclusive = makeBackend({ exclusive: true });
    const pick = (...backends: Backend[]) =>
      pickFrom({ kind: 'parent', parent: 'tank/k8s', depth: 1, backends }, [], 'FILESYSTEM');

    it('is exclusive to nobody', () => {
      assert.deepEqual(pick(exclusive, staging(nfs)), { ...exclusive, exclusive: false });
      assert.deepEqual(pick(staging(exclusive), exclusive), { ...staging(exclusive), exclusive: false });
    });

    it('stays exclusive where both backends are of one cluster', () => {
      assert.deepEqual(pick(exclusive, iscsi), exclusive);
    });

    it('stays exclusive where there is one backend', () => assert.deepEqual(pick(exclusive), exclusive));

    it('is exclusive to nobody where another driver has left its marks, whatever config says', () => {
      const place = { kind: 'parent', parent: 'tank', depth: 1, backends: [{ ...official, exclusive: true }] } as const;

      assert.deepEqual(pickFrom(place, [csiProperty], 'VOLUME'), official);
      assert.deepEqual(pickFrom(place, [namePattern], 'VOLUME'), { ...official, exclusive: true });
      assert.deepEqual(pickFrom(place, [officialComment], 'FILESYSTEM'), { ...official, exclusive: true });
    });

    it('was never exclusive where config does not say so', () => {
      assert.deepEqual(pick(nfs, staging(nfs)), nfs);
    });

    it('keeps nothing for anybody when the dataset bears the mark of none', () => {
      const backends = [makeBackend({ exclusive: true, instanceId: 'a' })];

      const picked = pickFrom({ kind: 'parent', parent: 'tank/k8s', depth: 1, backends }, [instanceId('b')], 'VOLUME');

      assert.equal(picked, undefined);
    });
  });
});
