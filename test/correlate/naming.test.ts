import assert from 'node:assert/strict';
import { indexCoverage } from '../../src/correlate/coverage.ts';
import { learnNaming } from '../../src/correlate/naming.ts';
import { indexNas } from '../../src/correlate/nas-index.ts';
import type { ShareKind } from '../../src/model/links.ts';
import type { NasSections } from '../../src/model/truenas.ts';
import { makeBackend, makeDataset, makeExtent, makeNas, makeSmbShare, makeZvol, read } from './support/small.ts';

const backend = makeBackend({ parents: ['tank/k8s'], detachedParents: ['tank/snaps'] });

function isNamedSo(sections: Partial<NasSections>, name: string, kind: ShareKind = 'IscsiExtent', parent = 'tank/k8s') {
  return learnNaming(indexNas(makeNas(sections)), indexCoverage([backend]))(parent, kind, name);
}

/** Extents of living zvols directly below the parent, named as given. */
function extents(names: readonly string[], parent = 'tank/k8s'): Partial<NasSections> {
  const zvols = names.map((_, at) => `${parent}/v${at}`);
  return {
    datasets: read(zvols.map((name) => makeZvol(name))),
    iscsiExtents: read(names.map((name, at) => makeExtent(at, name, { zvol: zvols[at] ?? '' }))),
  };
}

describe('[U] correlate/naming', () => {
  const living = extents(['csi-shop-db-c1', 'csi-web-cache-c1', 'csi-mail-c1']);

  it('knows a name that begins and ends like those of all living siblings', () => {
    assert.equal(isNamedSo(living, 'csi-shop-old-c1'), true);
  });

  for (const name of ['shop-old-c1', 'csi-shop-old', 'backup']) {
    it(`does not know ${name}, which begins or ends otherwise`, () => assert.equal(isNamedSo(living, name), false));
  }

  it('sees a habit in three names, and none in two', () => {
    assert.equal(isNamedSo(extents(['csi-a-c1', 'csi-b-c1']), 'csi-c-c1'), false);
    assert.equal(isNamedSo(extents(['csi-a-c1', 'csi-b-c1', 'csi-d-c1']), 'csi-c-c1'), true);
  });

  it('sees a habit in four letters at beginning and end together, and none in three', () => {
    assert.equal(isNamedSo(extents(['k-a-1', 'k-b-1', 'k-c-1']), 'k-d-1'), true);
    assert.equal(isNamedSo(extents(['k-a1', 'k-b1', 'k-c1']), 'k-d1'), false);
    assert.equal(isNamedSo(extents(['csi-a', 'csi-b', 'csi-c']), 'csi-d'), true);
    assert.equal(isNamedSo(extents(['a.csi', 'b.csi', 'c.csi']), 'd.csi'), true);
  });

  it('does not count the same letters as beginning and as end', () => {
    assert.equal(isNamedSo(extents(['abc', 'abc', 'abc']), 'abc'), false);
    assert.equal(isNamedSo(extents(['csi-', 'csi-', 'csi-x']), 'csi-'), true);
  });

  it('learns nothing of siblings that have nothing in common', () => {
    assert.equal(isNamedSo(extents(['alpha', 'beta', 'gamma']), 'alpha'), false);
  });

  it('keeps what it learnt to the kind and to the parent', () => {
    assert.equal(isNamedSo(living, 'csi-shop-old-c1', 'SmbShare'), false);
    assert.equal(isNamedSo(living, 'csi-shop-old-c1', 'IscsiExtent', 'tank/other'), false);
  });

  it('learns from SMB shares by what is mounted at their path', () => {
    const names = ['tn-a-smb', 'tn-b-smb', 'tn-c-smb'];
    const sections = {
      datasets: read(names.map((_, at) => makeDataset(`tank/k8s/v${at}`))),
      smbShares: read([
        ...names.map((name, at) => makeSmbShare(at, name, { path: `/mnt/tank/k8s/v${at}/` })),
        makeSmbShare(8, 'dfs'),
        makeSmbShare(9, 'lost', { path: '/mnt/tank/k8s/lost' }),
      ]),
    };

    assert.equal(isNamedSo(sections, 'tn-d-smb', 'SmbShare'), true);
    assert.equal(isNamedSo(sections, 'tn-d-smb'), false);
  });

  const places: readonly (readonly [where: string, parent: string])[] = [
    ['deeper than one level below the parent', 'tank/k8s/shop'],
    ['below the parent of detached snapshots', 'tank/snaps'],
    ['below no parent of ours', 'tank/other'],
  ];
  for (const [where, parent] of places) {
    it(`learns nothing from zvols ${where}`, () => {
      const sections = extents(['csi-a-c1', 'csi-b-c1', 'csi-d-c1'], parent);

      for (const at of [parent, 'tank/k8s', 'tank/snaps'])
        assert.equal(isNamedSo(sections, 'csi-c-c1', 'IscsiExtent', at), false);
    });
  }

  it('learns nothing from extents whose zvol is gone: those are what is judged', () => {
    const { iscsiExtents } = extents(['csi-a-c1', 'csi-b-c1', 'csi-d-c1']);

    assert.ok(iscsiExtents);
    assert.equal(isNamedSo({ iscsiExtents }, 'csi-c-c1'), false);
  });

  it('lets a file-backed extent say nothing', () => {
    const { datasets, iscsiExtents } = extents(['csi-a-c1', 'csi-b-c1', 'csi-d-c1']);
    assert.ok(datasets?.ok && iscsiExtents?.ok);
    const file = makeExtent(9, 'backup', { type: 'FILE', path: '/mnt/tank/file' });

    assert.equal(isNamedSo({ datasets, iscsiExtents: read([...iscsiExtents.items, file]) }, 'csi-c-c1'), true);
  });
});
