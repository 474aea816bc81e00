import assert from 'node:assert/strict';
import { indexCoverage } from '../../src/correlate/coverage.ts';
import { findUnclaimedParents } from '../../src/correlate/unclaimed.ts';
import type { Dataset, NasSections } from '../../src/model/truenas.ts';
import { indexOfNases, makeBackend, makeDataset, makeNas, makeReplication, own, read, uid } from './support/small.ts';

const made = (name: string, rest: Partial<Dataset> = {}) =>
  makeDataset(name, {
    userProperties: own({ managed_resource: 'true', csi_volume_name: name.slice(name.lastIndexOf('/') + 1) }),
    ...rest,
  });
const proof = (csiName: string) => ({ kind: 'csiProperty', value: `csi_volume_name=${csiName}` });
const one = { nas: 'nas01', parent: 'tank/lost', volumes: 1, usedBytes: 10, proofs: [proof('a')] };

interface Known {
  readonly sections?: Partial<NasSections>;
  readonly csiNames?: readonly string[];
  readonly backing?: string;
}

/** The only backend covers tank/k8s. */
function unclaimedIn(datasets: readonly Dataset[], { sections = {}, csiNames = [], backing = '' }: Known = {}) {
  return findUnclaimedParents(
    indexOfNases(makeNas({ datasets: read(datasets), ...sections })),
    indexCoverage([makeBackend()]),
    new Set(csiNames),
    (nas, dataset) => `${nas} ${dataset}` === backing,
  );
}

describe('[U] correlate/unclaimed', () => {
  it('adds up the volumes below a parent that no backend covers', () => {
    const datasets = [made('tank/lost/a', { usedBytes: 3 }), made('tank/lost/b', { usedBytes: 4 })];

    assert.deepEqual(unclaimedIn(datasets), [{ ...one, volumes: 2, usedBytes: 7, proofs: [proof('a'), proof('b')] }]);
  });

  it('tells parents apart, and NASes', () => {
    const nases = indexOfNases(
      makeNas({ datasets: read([made('tank/lost/a'), made('flash/b')]) }),
      makeNas({ datasets: read([made('tank/lost/c')]) }, { name: 'nas02' }),
    );

    assert.deepEqual(
      findUnclaimedParents(nases, indexCoverage([]), new Set(), () => false),
      [one, { ...one, parent: 'flash', proofs: [proof('b')] }, { ...one, nas: 'nas02', proofs: [proof('c')] }],
    );
  });

  it('does not add up what the NAS did not tell of every volume', () => {
    const { usedBytes: _, ...unknown } = made('tank/lost/b');
    const { usedBytes: _sum, ...sum } = one;

    assert.deepEqual(unclaimedIn([made('tank/lost/a'), unknown]), [
      { ...sum, volumes: 2, proofs: [proof('a'), proof('b')] },
    ]);
  });

  it('shows five proofs of many', () => {
    const [parent] = unclaimedIn(['a', 'b', 'c', 'd', 'e', 'f'].map((leaf) => made(`tank/lost/${leaf}`)));

    assert.deepEqual([parent?.volumes, parent?.proofs], [6, ['a', 'b', 'c', 'd', 'e'].map(proof)]);
  });

  it('counts a volume that shows by its share, without any CSI name', () => {
    const comment = 'CSI volume tank/lost/a';
    const shares = {
      nfsShares: read([{ id: 1, paths: ['/mnt/tank/lost/a'], comment, enabled: true, networks: [], hosts: [] }]),
    };

    assert.deepEqual(unclaimedIn([makeDataset('tank/lost/a')], { sections: shares }), [
      { ...one, proofs: [{ kind: 'shareComment', value: comment }] },
    ]);
  });

  const nobodys: readonly (readonly [what: string, dataset: Dataset, known?: Known])[] = [
    ['stands below the parent of a backend', made('tank/k8s/a')],
    ['is a pool', made('tank')],
    ['shows nothing but a name that anybody can give', makeDataset(`tank/lost/pvc-${uid('1')}`)],
    [
      'is a copy that a replication made',
      made('tank/lost/a'),
      { sections: { replications: read([makeReplication('tank/lost')]) } },
    ],
    ['holds up a volume all the same', made('tank/lost/a'), { backing: 'nas01 tank/lost/a' }],
    ['bears the CSI name of a volume that a backend covers', made('tank/lost/a'), { csiNames: ['a'] }],
  ];
  for (const [what, dataset, known] of nobodys) {
    it(`does not count a dataset that ${what}`, () => assert.deepEqual(unclaimedIn([dataset], known), []));
  }

  it('still counts the others beside it', () => {
    const datasets = [made('tank/lost/a'), made('tank/lost/b')];

    assert.deepEqual(unclaimedIn(datasets, { csiNames: ['b'] }), [one]);
    assert.deepEqual(unclaimedIn(datasets, { backing: 'nas01 tank/lost/b' }), [one]);
  });
});
