import assert from 'node:assert/strict';
import { backendsOf, provesAbsenceInKubernetes } from '../../../src/orphans/suspicion/guard.ts';
import { makeBackend, makeCluster, makeGuardInput, makeNas, metaOf } from '../../support/make-guard-input.ts';

const own = makeBackend({ id: 'own' });
const backends = [
  own,
  makeBackend({ id: 'same place', cluster: 'staging' }),
  makeBackend({ id: 'one of two parents', cluster: 'lab', parents: ['tank/lab', 'tank/k8s/vols'] }),
  makeBackend({ id: 'other parent', cluster: 'staging', parents: ['tank/staging'] }),
  makeBackend({ id: 'other NAS', cluster: 'prod', nas: 'nas02' }),
];

type Scope = Parameters<typeof makeGuardInput>[0]['scope'];
const idsOf = (scope: Scope) =>
  backendsOf(makeGuardInput({ backends, ...(scope !== undefined && { scope }) })).map(({ id }) => id);

describe('[U] orphans/suspicion/guard', () => {
  it('takes for a backend itself first, and all that keep volumes below one of its parents', () => {
    assert.deepEqual(idsOf({ backend: own }), ['own', 'same place', 'one of two parents']);
  });

  it('takes for an exclusive backend nothing but itself', () => {
    assert.deepEqual(idsOf({ backend: { ...own, exclusive: true } }), ['own']);
  });

  it('takes for a cluster all of its own', () => {
    assert.deepEqual(idsOf({ kind: 'cluster', cluster: makeCluster() }), ['own', 'other NAS']);
  });

  it('takes for a NAS all that stand on it', () => {
    assert.deepEqual(idsOf({ kind: 'nas', nas: makeNas({}, { name: 'nas02' }) }), ['other NAS']);
  });

  it('takes none for a scope whose cluster or NAS nobody has read', () => {
    assert.deepEqual(idsOf({ kind: 'cluster' }), []);
    assert.deepEqual(idsOf({ kind: 'nas' }), []);
  });

  it('knows the checks that conclude from what no cluster names', () => {
    assert.equal(provesAbsenceInKubernetes(metaOf({ everyCluster: ['claims'] })), true);
    assert.equal(provesAbsenceInKubernetes(metaOf({ cluster: ['claims'], nas: ['datasets'] })), false);
  });
});
