import assert from 'node:assert/strict';
import type { Proof } from '../../src/model/links.ts';
import type { ZfsSnapshot } from '../../src/model/truenas.ts';
import { heldBytes, provisionedBytes, reclaimableBytes } from '../../src/orphans/bytes.ts';
import { confidenceIn } from '../../src/orphans/confidence.ts';
import { bytesOf, draft, fact, unreadWords } from '../../src/orphans/draft.ts';
import { clusterResource, datasetResource, labelsOf, nasResource, ownerOfVolume } from '../../src/orphans/resources.ts';
import { makeBackend, makeDatasetLink, metaOf } from '../support/make-guard-input.ts';
import { makeDataset } from '../support/make-inventory.ts';

const resource = nasResource('nas01', 'Dataset', 'tank/v');

describe('[U] orphans/draft', () => {
  it('fills what every finding has and leaves out what is not known', () => {
    assert.deepEqual(draft(metaOf({}), 'here', { resource, why: 'because', steps: ['look'] }), {
      check: 'volume-without-backend',
      scope: 'here',
      confidence: 'high',
      resource,
      owner: {},
      bytes: {},
      why: 'because',
      evidence: [],
      blockers: [],
      premises: [],
      remediation: { steps: ['look'], commands: [], docs: 'docs/checks/volume-without-backend.md' },
    });
  });

  it('keeps what a detector states: severity, time, commands and the mark on the object', () => {
    const said = draft(metaOf({}), 'here', {
      resource,
      why: 'because',
      steps: [],
      commands: ['zfs list'],
      severity: 'LOW',
      createdAt: '2026-01-01T00:00:00Z',
      ignore: { reason: 'kept' },
    });

    assert.deepEqual(said.remediation.commands, ['zfs list']);
    assert.equal(said.severity, 'LOW');
    assert.equal(said.createdAt, '2026-01-01T00:00:00Z');
    assert.deepEqual(said.ignore, { reason: 'kept' });
  });

  it('leaves out bytes and facts that are unknown, and keeps those that are 0', () => {
    assert.deepEqual(bytesOf({}), {});
    assert.deepEqual(bytesOf({ provisioned: 0, used: 1, reclaimable: 0 }), { provisioned: 0, used: 1, reclaimable: 0 });
    assert.deepEqual(Object.keys(bytesOf({ used: undefined, provisioned: undefined, reclaimable: undefined })), []);
    assert.deepEqual(fact('clones', undefined, 'there'), []);
    assert.deepEqual(fact('clones', 0, 'there'), [{ fact: 'clones', value: '0', from: 'there' }]);
  });

  it('names each list that is missing for an answer once', () => {
    const ref = (name: string) => ({ source: 'nas/nas01', name, because: 'no connection' }) as const;

    assert.equal(
      unreadWords([ref('datasets'), ref('pools'), ref('datasets')]),
      'nas/nas01 datasets: no connection; nas/nas01 pools: no connection',
    );
    assert.equal(unreadWords([]), 'what it refers to is not known yet');
  });
});

describe('[U] orphans/confidence', () => {
  const backend = makeBackend({ instanceId: 'one' });
  const driver = backend.driver;
  const comment = (by: string): Proof => ({ kind: 'shareComment', value: 'x', driver: by });
  const instance = (value: string): Proof => ({ kind: 'instanceId', value });
  const pattern: Proof = { kind: 'namePattern', value: 'pvc-1' };

  it('is low where no backend is known, whatever the proofs', () => {
    assert.equal(confidenceIn(undefined, [comment(driver)]), 'low');
  });

  it('is high for an exclusive backend, our instance id, or our driver in the comment of the share', () => {
    assert.equal(confidenceIn({ ...backend, exclusive: true }, []), 'high');
    assert.equal(confidenceIn(backend, [pattern, instance('one')]), 'high');
    assert.equal(confidenceIn(backend, [pattern, comment(driver)]), 'high');
  });

  it('is low where nothing shows that it is ours', () => {
    assert.equal(confidenceIn(backend, []), 'low');
    assert.equal(confidenceIn(backend, [pattern, instance('two')]), 'low');
    assert.equal(confidenceIn(backend, [{ ...pattern, driver }]), 'low');
    assert.equal(confidenceIn(backend, [{ kind: 'shareComment', value: 'one' }]), 'low');
    assert.equal(confidenceIn(makeBackend(), [instance('one')]), 'low');
  });

  it('does not take a missing instance id for the same one', () => {
    const valueless = { kind: 'instanceId', value: undefined } as unknown as Proof;

    assert.equal(confidenceIn(makeBackend(), [valueless]), 'low');
  });

  it('is low where another driver signed, even below an exclusive parent', () => {
    assert.equal(confidenceIn({ ...backend, exclusive: true }, [instance('one'), comment('other.io')]), 'low');
  });
});

describe('[U] orphans/resources', () => {
  it('pins a dataset by its guid, else by the transaction that made it', () => {
    const uid = (parts: Parameters<typeof makeDataset>[1]) =>
      datasetResource('nas01', makeDataset('tank/v', parts)).uid;

    assert.equal(uid({ guid: '1', createTxg: '2' }), '1');
    assert.equal(uid({ createTxg: '2' }), '2');
    assert.ok(!('uid' in datasetResource('nas01', makeDataset('tank/v'))));
  });

  it('tells datasets and zvols apart', () => {
    assert.equal(datasetResource('nas01', makeDataset('tank/v')).kind, 'Dataset');
    assert.equal(datasetResource('nas01', makeDataset('tank/v', { type: 'VOLUME' })).kind, 'Zvol');
  });

  it('names the source of both sides', () => {
    assert.deepEqual(resource, { source: 'nas/nas01', nas: 'nas01', kind: 'Dataset', name: 'tank/v' });
    assert.deepEqual(clusterResource('prod', 'PersistentVolume', { name: 'pv', uid: 'u' }), {
      source: 'cluster/prod',
      cluster: 'prod',
      kind: 'PersistentVolume',
      name: 'pv',
      uid: 'u',
    });
    assert.equal(clusterResource('prod', 'Pod', { name: 'p', uid: 'u', namespace: 'shop' }).namespace, 'shop');
  });

  it('knows an owner only where there is a claim, and labels only where there are some', () => {
    assert.deepEqual(ownerOfVolume({} as never), {});
    assert.deepEqual(ownerOfVolume({ claim: { namespace: 'shop', name: 'data', uid: 'u' } } as never), {
      namespace: 'shop',
      claim: 'data',
    });
    assert.deepEqual(labelsOf({ labels: {} }), {});
    assert.deepEqual(labelsOf({ labels: { a: 'b' } }), { labels: { a: 'b' } });
  });
});

describe('[U] orphans/bytes', () => {
  const parts = { usedByDatasetBytes: 100, usedBySnapshotsBytes: 20, usedByRefreservationBytes: 3 };
  const dataset = makeDataset('tank/v', parts);
  const snapshot = (name: string, referencedBytes?: number) => ({ name, referencedBytes }) as ZfsSnapshot;
  const snapshots = { status: 'found', value: [snapshot('tank/v@a', 70), snapshot('tank/v@b', 30)] } as const;
  const cloned = (rest: Parameters<typeof makeDatasetLink>[1]) =>
    reclaimableBytes(makeDatasetLink('tank/v', { dataset, clones: ['tank/c'], snapshots, ...rest }));

  it('holds data, snapshots and reservation, and does not know the sum when a part is unknown', () => {
    assert.equal(heldBytes(dataset), 123);
    assert.equal(heldBytes(makeDataset('tank/v', { ...parts, usedBySnapshotsBytes: 0 })), 103);
    for (const name of Object.keys(parts)) {
      const { [name as keyof typeof parts]: _unknown, ...known } = parts;
      assert.equal(heldBytes(makeDataset('tank/v', known)), undefined, name);
    }
  });

  it('frees all it holds without clones', () => {
    assert.equal(reclaimableBytes(makeDatasetLink('tank/v', { dataset })), 123);
    assert.equal(reclaimableBytes(makeDatasetLink('tank/v')), undefined);
  });

  it('frees what the origin of its clones does not keep, never less than nothing', () => {
    assert.equal(cloned({ cloneOrigins: ['tank/v@b', 'tank/v@b'] }), 93);
    const kept = { status: 'found', value: [snapshot('tank/v@b', 500)] } as const;
    assert.equal(cloned({ cloneOrigins: ['tank/v@b'], snapshots: kept }), 0);
  });

  it('does not know what clones of several snapshots keep, nor of one that is unread or a clone itself', () => {
    assert.equal(cloned({ cloneOrigins: ['tank/v@a', 'tank/v@b'] }), undefined);
    assert.equal(cloned({ cloneOrigins: [] }), undefined);
    assert.equal(cloned({ cloneOrigins: ['tank/v@gone'] }), undefined);
    assert.equal(cloned({ cloneOrigins: ['tank/v@b'], snapshots: { status: 'unknown', unread: [] } }), undefined);
    assert.equal(cloned({ cloneOrigins: ['tank/v@b'], dataset: { ...dataset, origin: 'tank/o@s' } }), undefined);
  });

  it('promises the size of a zvol, else the quota that is set', () => {
    assert.equal(provisionedBytes(makeDataset('tank/v', { volsizeBytes: 5, refquotaBytes: 6 })), 5);
    assert.equal(provisionedBytes(makeDataset('tank/v', { refquotaBytes: 6, quotaBytes: 7 })), 6);
    assert.equal(provisionedBytes(makeDataset('tank/v', { quotaBytes: 7 })), 7);
    assert.equal(provisionedBytes(makeDataset('tank/v')), undefined);
  });
});
