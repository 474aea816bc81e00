import assert from 'node:assert/strict';
import type { FindingDraft } from '../../../src/model/finding.ts';
import type { Pool } from '../../../src/model/truenas.ts';
import { doubtOf } from '../../../src/orphans/suspicion/doubtful-findings.ts';
import { hiddenName } from '../../../src/orphans/suspicion/hidden-name.ts';
import { doubtAboutName, doubtBelow } from '../../../src/orphans/suspicion/places.ts';
import { makeDraft } from '../../support/make-draft.ts';
import { makeBackend, makeGuardInput, makeNas } from '../../support/make-guard-input.ts';
import { makeDataset, read } from '../../support/make-inventory.ts';

const pool = (name: string, status = 'ONLINE') => ({ name, status }) as unknown as Pool;
const shown = makeNas({
  pools: read([pool('tank'), pool('slow', 'DEGRADED'), pool('lost', 'OFFLINE'), pool('boot-pool')]),
  datasets: read([
    makeDataset('tank'),
    makeDataset('tank/k8s'),
    makeDataset('tank/k8s/vols'),
    makeDataset('tank/shut', { locked: true }),
    makeDataset('tank/shut/vols'),
    makeDataset('slow'),
  ]),
});
const becauseBelow = (parent: string, nas = shown) => doubtBelow(nas, parent)?.because;

describe('[U] orphans/suspicion/places', () => {
  it('believes what is not below a dataset of a pool that works', () => {
    assert.equal(doubtBelow(shown, 'tank/k8s/vols'), undefined);
    assert.equal(doubtBelow(shown, 'slow'), undefined);
  });

  it('doubts below a pool that is not shown or does not work', () => {
    assert.deepEqual(doubtBelow(shown, 'away/k8s'), {
      guard: 'parent-missing',
      because: 'pool away is not there on nas/nas01',
      source: 'nas/nas01',
    });
    assert.equal(becauseBelow('lost/k8s'), 'pool lost on nas/nas01 is OFFLINE');
  });

  it('doubts below a dataset that is not shown, locked, or below a locked one', () => {
    assert.equal(becauseBelow('tank/gone'), 'parent dataset tank/gone is not there on nas/nas01');
    assert.equal(becauseBelow('tank/shut'), 'tank/shut on nas/nas01 is locked');
    assert.equal(becauseBelow('tank/shut/vols'), 'tank/shut on nas/nas01 is locked');
  });

  it('doubts everything where pools and datasets could not be read', () => {
    const failed = { ok: false, takenAt: '', error: { code: 'timeout', message: '' } } as const;

    assert.match(becauseBelow('tank', makeNas({ pools: failed, datasets: failed })) ?? '', /pool tank is not there/);
    assert.match(
      becauseBelow('tank', makeNas({ pools: read([pool('tank')]), datasets: failed })) ?? '',
      /parent dataset tank is not there/,
    );
  });

  it('looks at each NAS by itself, also when two have the same name', () => {
    const other = makeNas({ pools: read([]), datasets: read([]) });

    assert.equal(doubtBelow(shown, 'tank'), undefined);
    assert.equal(becauseBelow('tank', other), 'pool tank is not there on nas/nas01');
  });

  it('says that a hidden parent is hidden rather than gone', () => {
    assert.equal(doubtBelow(shown, 'tank/ix-apps')?.guard, 'hidden-name');
    assert.equal(doubtBelow(shown, 'boot-pool')?.guard, 'hidden-name');
  });

  for (const name of [
    'tank/.system',
    'tank/.system/samba4',
    'tank/ix-applications/x',
    'tank/ix-apps-k8s',
    'tank/.ix-virt',
    'tank/a/.truenas_containers/b',
    'boot-pool',
    'boot-pool/ROOT',
    'freenas-boot/ROOT',
  ]) {
    it(`knows that TrueNAS hides ${name}`, () => {
      assert.deepEqual(doubtAboutName(shown, name), {
        guard: 'hidden-name',
        because: `nas/nas01 leaves names such as ${name} out of its lists`,
        source: 'nas/nas01',
      });
    });
  }

  for (const name of ['tank/k8s', 'tank/system', 'tank/apps', 'boot-pool2/x', 'tank/boot-pool/x', 'tank/boot-pool']) {
    it(`knows that TrueNAS shows ${name}`, () => assert.equal(doubtAboutName(shown, name), undefined));
  }
});

describe('[U] orphans/suspicion/hidden-name', () => {
  const judge = (parts: Parameters<typeof makeBackend>[0]) =>
    hiddenName(makeGuardInput({ scope: { backend: makeBackend(parts), nas: shown } })).map(({ because }) => because);

  it('doubts a backend for each parent, of volumes or of detached snapshots, that is hidden', () => {
    assert.deepEqual(judge({ parents: ['tank/.ix-virt'] }), [
      'nas/nas01 leaves names such as tank/.ix-virt out of its lists',
    ]);
    assert.deepEqual(judge({ detachedParents: ['tank/ix-apps'] }), [
      'nas/nas01 leaves names such as tank/ix-apps out of its lists',
    ]);
    assert.deepEqual(judge({}), []);
  });

  it('has nothing to say of a scope without a backend, or without its NAS', () => {
    const backend = makeBackend({ parents: ['tank/ix-apps'] });

    assert.deepEqual(hiddenName(makeGuardInput({ scope: { nas: shown } })), []);
    assert.deepEqual(hiddenName(makeGuardInput({ scope: { backend } })), []);
  });
});

describe('[U] orphans/suspicion/doubtful-findings', () => {
  const nases = new Map([['nas01', shown]]);
  type Premise = FindingDraft['premises'][number];
  const doubt = (...premises: readonly Partial<Premise>[]) =>
    doubtOf(
      makeDraft({
        premises: premises.map((parts) => ({
          source: 'nas/nas01',
          kind: 'dataset',
          name: 'tank/shut/pvc-1',
          expect: 'absent',
          ...parts,
        })),
      }),
      nases,
    )?.because;

  it('doubts the absence of a dataset or snapshot where the NAS shows nothing', () => {
    assert.equal(doubt({}), 'tank/shut on nas/nas01 is locked');
    assert.equal(doubt({ kind: 'snapshot', name: 'tank/shut/pvc-1@s' }), 'tank/shut on nas/nas01 is locked');
    assert.equal(doubt({ name: 'tank/gone/pvc-1' }), 'parent dataset tank/gone is not there on nas/nas01');
  });

  it('doubts the absence of a name that is itself hidden, below a parent that is shown', () => {
    assert.equal(
      doubt({ name: 'tank/k8s/ix-apps' }),
      'nas/nas01 leaves names such as tank/k8s/ix-apps out of its lists',
    );
    assert.equal(
      doubt({ kind: 'snapshot', name: 'tank/k8s/ix-apps@s' }),
      'nas/nas01 leaves names such as tank/k8s/ix-apps out of its lists',
    );
  });

  it('looks at every premise', () => {
    assert.equal(doubt({ name: 'tank/k8s/vols/pvc-1' }, {}), 'tank/shut on nas/nas01 is locked');
  });

  it('believes what lies below a place that is shown', () => {
    assert.equal(doubt({ name: 'tank/k8s/vols/pvc-1' }), undefined);
    assert.equal(doubt({ kind: 'snapshot', name: 'tank/k8s/vols/pvc-1@tank/shut' }), undefined);
    assert.equal(doubt(), undefined);
  });

  it('asks nothing of what must be there, of other objects, of other sources and of pools', () => {
    assert.equal(doubt({ expect: 'present' }), undefined);
    assert.equal(doubt({ kind: 'nfsShare' }), undefined);
    assert.equal(doubt({ kind: 'PersistentVolume', source: 'cluster/nas01' }), undefined);
    assert.equal(doubt({ source: 'cluster/nas01' }), undefined);
    assert.equal(doubt({ source: 'nas/nas02' }), undefined);
    assert.equal(doubt({ name: 'away' }), undefined);
  });
});
