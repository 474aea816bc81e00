import assert from 'node:assert/strict';
import { learnAffixes } from '../../src/correlate/affixes.ts';
import { indexCoverage } from '../../src/correlate/coverage.ts';
import { indexNas } from '../../src/correlate/nas-index.ts';
import type { Backend } from '../../src/model/backend.ts';
import type { NasSections } from '../../src/model/truenas.ts';
import {
  makeBackend,
  makeExtent,
  makeNamespace,
  makeNas,
  makeSubsystem,
  makeTarget,
  makeTargetExtent,
  read,
  uid,
} from './support/small.ts';

const iscsi = makeBackend({ driver: 'iscsi', protocol: 'iscsi', parents: ['tank/iscsi'] });

/** Each target is named as given and serves the zvol beside it. */
function serving(...rows: readonly (readonly [target: string, zvol: string])[]): Partial<NasSections> {
  return {
    iscsiTargets: read(rows.map(([name], at) => makeTarget(at, name))),
    iscsiExtents: read(rows.map(([name, zvol], at) => makeExtent(100 + at, name, { zvol }))),
    iscsiTargetExtents: read(rows.map((_, at) => makeTargetExtent(at, at, 100 + at))),
  };
}

const backendOf = (name: string, sections: Partial<NasSections>, ...backends: Backend[]) =>
  learnAffixes(indexNas(makeNas(sections)), indexCoverage(backends))(name);

describe('[U] correlate/affixes', () => {
  const living = serving([`csi-pvc-${uid('1')}-c1`, `tank/iscsi/pvc-${uid('1')}`]);

  it('knows a target without a zvol by the prefix and suffix of its living sibling', () => {
    assert.equal(backendOf(`csi-pvc-${uid('2')}-c1`, living, iscsi), iscsi);
  });

  it('does not tell upper case from lower case', () => {
    assert.equal(backendOf(`CSI-PVC-${uid('A')}-C1`, living, iscsi), iscsi);
    const upper = serving([`CSI-pvc-${uid('b')}-C1`, `tank/iscsi/PVC-${uid('B')}`]);
    assert.equal(backendOf(`csi-pvc-${uid('2')}-c1`, upper, iscsi), iscsi);
  });

  for (const name of [
    `pvc-${uid('2')}-c1`,
    `csi-pvc-${uid('2')}`,
    `csi-pvc-${uid('2')}-c2`,
    'csi-db-c1',
    `csi-${uid('2')}-c1`,
  ]) {
    it(`does not know ${name}, which no sibling is named like`, () => {
      assert.equal(backendOf(name, living, iscsi), undefined);
    });
  }

  it('tells what stands before the name of the volume from what stands behind it', () => {
    const before = serving([`pvc--pvc-${uid('1')}`, `tank/iscsi/pvc-${uid('1')}`]);

    assert.equal(backendOf(`pvc--pvc-${uid('2')}`, before, iscsi), iscsi);
    assert.equal(backendOf(`pvc-${uid('2')}-pvc-`, before, iscsi), undefined);
  });

  it('learns from subsystems, too', () => {
    const nvme = makeBackend({ driver: 'nvme', protocol: 'nvmeof', parents: ['tank/nvme'] });
    const sections = {
      nvmeSubsystems: read([makeSubsystem(1, `nvme-pvc-${uid('1')}`), makeSubsystem(2, `lost-pvc-${uid('3')}`)]),
      nvmeNamespaces: read([
        makeNamespace(1, 1, { zvol: `tank/nvme/pvc-${uid('1')}` }),
        makeNamespace(2, 9, { zvol: `tank/nvme/pvc-${uid('3')}` }),
        makeNamespace(3, 2, { path: '/mnt/tank/nvme/file' }),
      ]),
    };

    assert.equal(backendOf(`nvme-pvc-${uid('2')}`, sections, nvme), nvme);
    assert.equal(backendOf(`lost-pvc-${uid('2')}`, sections, nvme), undefined);
  });

  const teachNothing: readonly (readonly [why: string, zvol: string])[] = [
    ['that bears the name of another volume', `tank/iscsi/pvc-${uid('3')}`],
    ['deeper than one level below the parent', `tank/iscsi/shop/pvc-${uid('1')}`],
    ['below the parent of detached snapshots', `tank/snaps/pvc-${uid('1')}`],
    ['below no parent', `tank/other/pvc-${uid('1')}`],
  ];
  for (const [why, zvol] of teachNothing) {
    it(`learns nothing from a zvol ${why}`, () => {
      const backend = { ...iscsi, detachedParents: ['tank/snaps'] };

      assert.equal(backendOf(`csi-pvc-${uid('2')}`, serving([`csi-pvc-${uid('1')}`, zvol]), backend), undefined);
    });
  }

  it('learns nothing from an extent of a file, nor from a name without a volume', () => {
    const sections = {
      ...living,
      iscsiExtents: read([makeExtent(100, 'file', { type: 'FILE', path: '/mnt/tank/iscsi/file' })]),
    };

    assert.equal(backendOf(`csi-pvc-${uid('2')}-c1`, sections, iscsi), undefined);
    assert.equal(backendOf('csi-db', serving(['csi-db', `tank/iscsi/pvc-${uid('1')}`]), iscsi), undefined);
  });
});

describe('[U] correlate/affixes, of several backends that name alike', () => {
  const own = makeBackend({ driver: 'iscsi', cluster: 'prod', parents: ['tank/prod'], exclusive: true });
  const both = serving(
    [`csi-pvc-${uid('1')}`, `tank/prod/pvc-${uid('1')}`],
    [`csi-pvc-${uid('2')}`, `tank/other/pvc-${uid('2')}`],
  );
  const named = `csi-pvc-${uid('3')}`;

  it('takes the exclusive one where all that name so belong to its cluster', () => {
    const sister = { ...own, driver: 'iscsi-fast', parents: ['tank/other'] };

    assert.deepEqual(backendOf(named, both, own, sister), own);
  });

  it('takes the one that is not exclusive, so that every cluster is asked', () => {
    const shared = { ...own, cluster: 'dev', parents: ['tank/other'], exclusive: false };

    assert.equal(backendOf(named, both, own, shared), shared);
  });

  it('takes the one for zvols where two protocols share a parent', () => {
    const nfs = { ...own, driver: 'nfs', protocol: 'nfs' as const };
    const iscsi = { ...own, protocol: 'iscsi' as const };
    const one = serving([`csi-pvc-${uid('1')}`, `tank/prod/pvc-${uid('1')}`]);

    assert.equal(backendOf(named, one, nfs, iscsi), iscsi);
  });

  it('takes none as exclusive where each of two clusters has a parent of its own', () => {
    const other = { ...own, cluster: 'dev', parents: ['tank/other'] };

    assert.deepEqual(backendOf(named, both, own, other), { ...own, exclusive: false });
  });

  it('takes none as exclusive while volumes below no backend are named so, too', () => {
    assert.deepEqual(backendOf(named, both, own), { ...own, exclusive: false });
  });
});
