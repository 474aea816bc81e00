import assert from 'node:assert/strict';
import { destroyBacking } from '../../fixtures/builder/accidents/kubernetes-side.ts';
import { orphanBacking } from '../../fixtures/builder/accidents/nas-side.ts';
import { orphanSnapshot } from '../../fixtures/builder/accidents/snapshots.ts';
import { use } from '../../fixtures/builder/workloads.ts';
import { toEstate } from '../../fixtures/builder/world.ts';
import { newBase } from '../../fixtures/estates/checks/base.ts';
import type { Collected } from '../../src/model/collected.ts';
import type { CheckId } from '../../src/model/finding.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { ClusterInventory } from '../../src/model/kubernetes.ts';
import type { Acknowledgement, GuardId } from '../../src/model/options.ts';
import type { NasInventory } from '../../src/model/truenas.ts';
import type { Estate } from '../../src/simulate/estate.ts';
import { type JudgeEstateOptions, judgeEstate, noMemory } from '../support/judge-estate.ts';

const nfs = 'backend/prod/org.democratic-csi.nfs@nas01';

/** Two healthy backends with one leak in each direction. */
function leakyEstate(): Estate {
  const { world, volume } = newBase('suspicion');
  orphanBacking(world, volume());
  const lost = volume();
  use(world, lost);
  destroyBacking(world, lost);
  const used = volume();
  use(world, used);
  orphanSnapshot(world, used, { ageDays: 40, usedBytes: 1024 });
  return toEstate(world);
}

function outcomeOf(check: CheckId, options: JudgeEstateOptions = {}, scope = nfs) {
  const outcome = judgeEstate(leakyEstate(), options).outcomes.find((o) => o.id === check && o.scope === scope);
  return outcome ?? assert.fail(`${check} was not run for ${scope}`);
}

type NasChange = (nas: NasInventory) => Partial<NasInventory>;
type ClusterChange = (cluster: ClusterInventory) => Partial<ClusterInventory>;

const onNas = (change: NasChange) => (inventory: Inventory) => ({
  ...inventory,
  nases: inventory.nases.map((nas) => ({ ...nas, ...change(nas) })),
});
const onCluster = (change: ClusterChange) => (inventory: Inventory) => ({
  ...inventory,
  clusters: inventory.clusters.map((cluster) => ({ ...cluster, ...change(cluster) })),
});

/** Keeps some items of a section that was read. */
function only<T>(section: Collected<T>, keep: (item: T) => boolean): Collected<T> {
  return section.ok ? { ...section, items: section.items.filter(keep) } : section;
}

interface Case {
  readonly guard: GuardId;
  readonly what: string;
  readonly check: CheckId;
  readonly options: JudgeEstateOptions;
  readonly because: RegExp;
}

const emptied = (name: 'datasets' | 'pools' | 'nfsShares') =>
  onNas(({ sections }) => ({
    sections: { ...sections, [name]: only(sections[name] as Collected<unknown>, () => false) },
  }));

const knowing = (identities: Record<string, string>) => ({ ...noMemory, state: 'ready' as const, identities });

const cases: readonly Case[] = [
  {
    guard: 'empty-list',
    what: 'the NAS lists no dataset at all while volumes point at it',
    check: 'volume-without-backend',
    options: { change: emptied('datasets') },
    because: /empty list of datasets/,
  },
  {
    guard: 'empty-list',
    what: 'the NAS lists no share at all while volumes need one',
    check: 'backend-without-share',
    options: { change: emptied('nfsShares') },
    because: /empty list of nfsShares/,
  },
  {
    guard: 'no-volumes',
    what: 'the cluster shows no volume of a driver whose backend holds some',
    check: 'backend-without-volume',
    options: {
      change: onCluster(({ sections }) => ({
        sections: {
          ...sections,
          persistentVolumes: only(sections.persistentVolumes, ({ csi }) => csi?.driver !== 'org.democratic-csi.nfs'),
        },
      })),
    },
    because: /no PersistentVolume of org\.democratic-csi\.nfs/,
  },
  {
    guard: 'identity-changed',
    what: 'another cluster answers under the name',
    check: 'backend-without-volume',
    options: { memory: knowing({ 'cluster/prod': 'another uid' }) },
    because: /cluster\/prod is another system/,
  },
  {
    guard: 'identity-changed',
    what: 'another NAS answers under the name',
    check: 'volume-without-backend',
    options: { memory: knowing({ 'nas/nas01': 'another host' }) },
    because: /nas\/nas01 is another system/,
  },
  {
    guard: 'identity-changed',
    what: 'a cluster that history knows does not show its identity',
    check: 'backend-without-volume',
    options: {
      memory: knowing({ 'cluster/prod': 'known uid' }),
      change: onCluster(() => ({ uid: undefined }) as unknown as Partial<ClusterInventory>),
    },
    because: /did not show its identity/,
  },
  {
    guard: 'parent-missing',
    what: 'the parent dataset is gone',
    check: 'volume-without-backend',
    options: {
      change: onNas(({ sections }) => ({
        sections: { ...sections, datasets: only(sections.datasets, ({ name }) => name !== 'tank/k8s/nfs/vols') },
      })),
    },
    because: /parent dataset tank\/k8s\/nfs\/vols is not there/,
  },
  {
    guard: 'parent-missing',
    what: 'a dataset above the parent is locked',
    check: 'volume-without-backend',
    options: {
      change: onNas(({ sections }) => ({
        sections: {
          ...sections,
          datasets: sections.datasets.ok
            ? {
                ...sections.datasets,
                items: sections.datasets.items.map((d) => (d.name === 'tank/k8s' ? { ...d, locked: true } : d)),
              }
            : sections.datasets,
        },
      })),
    },
    because: /tank\/k8s on nas\/nas01 is locked/,
  },
  {
    guard: 'parent-missing',
    what: 'the pool is offline',
    check: 'volume-without-backend',
    options: {
      change: onNas(({ sections }) => ({
        sections: {
          ...sections,
          pools: sections.pools.ok
            ? { ...sections.pools, items: sections.pools.items.map((pool) => ({ ...pool, status: 'OFFLINE' })) }
            : sections.pools,
        },
      })),
    },
    because: /pool tank on nas\/nas01 is OFFLINE/,
  },
  {
    guard: 'crds-absent',
    what: 'the cluster knows no VolumeSnapshots while the NAS holds some of its driver',
    check: 'backend-snapshot-without-object',
    options: {
      change: onCluster(({ sections }) => ({
        sections: {
          ...sections,
          volumeSnapshots: { ok: true, items: [], takenAt: '', absent: 'no such resource' },
          volumeSnapshotContents: { ok: true, items: [], takenAt: '', absent: 'no such resource' },
        },
      })),
    },
    because: /no VolumeSnapshot resources/,
  },
  {
    guard: 'mass-result',
    what: 'one check would flag too much of a backend at once',
    check: 'backend-without-volume',
    options: { options: { massMinimum: 1, massShare: 0.1 } },
    because: /it would flag 1 beside \d+ volumes, more than 10 %/,
  },
];

describe('[U] orphans/suspicion', () => {
  it('lets the checks run when nothing is odd', () => {
    for (const check of new Set(cases.map((entry) => entry.check))) {
      assert.match(outcomeOf(check).status, /^(?:found|passed)$/, check);
    }
  });

  for (const { guard, what, check, options, because } of cases) {
    it(`${guard}: does not assess ${check} when ${what}`, () => {
      const outcome = outcomeOf(check, options);

      assert.equal(outcome.status, 'notAssessed');
      assert.match(outcome.because ?? '', because);
      assert.equal(outcome.count, 0);
    });

    it(`${guard}: is lifted by an acknowledgement in force when ${what}, and by no other`, () => {
      const acknowledge = (parts: Partial<Acknowledgement>): JudgeEstateOptions => ({
        ...options,
        options: {
          ...options.options,
          acknowledge: [{ guard, scope: nfs, reason: 'rebuilt', until: '2026-12-31', ...parts }],
        },
      });
      const statusWith = (parts: Partial<Acknowledgement>) => outcomeOf(check, acknowledge(parts)).status;

      assert.doesNotMatch(outcomeOf(check, acknowledge({})).because ?? '', because);
      assert.equal(statusWith({ until: '2026-11-01' }), 'notAssessed');
      assert.equal(statusWith({ scope: 'backend/prod/other@nas01' }), 'notAssessed');
      assert.equal(statusWith({ guard: guard === 'mass-result' ? 'empty-list' : 'mass-result' }), 'notAssessed');
    });
  }

  it('says in a note what was lifted, by whom and until when', () => {
    const acknowledge = [
      { guard: 'identity-changed', scope: 'cluster/prod', reason: 'rebuilt', until: '2026-12-31' },
    ] as const;
    const { notes, drafts, identities } = judgeEstate(leakyEstate(), {
      memory: knowing({ 'cluster/prod': 'another uid' }),
      options: { acknowledge },
    });

    assert.ok(drafts.some(({ check }) => check === 'backend-without-volume'));
    assert.ok(notes.some(({ kind, text }) => kind === 'acknowledged' && text.includes('rebuilt')));
    assert.equal(identities.get('cluster/prod'), 'acknowledged');
  });

  it('leaves the checks alone that conclude nothing from absence', () => {
    const { outcomes } = judgeEstate(leakyEstate(), { memory: knowing({ 'cluster/prod': 'another uid' }) });

    assert.equal(outcomes.find(({ id }) => id === 'claim-unused')?.status, 'passed');
  });

  it('takes a name that the NAS hides for no proof, and asks nobody to believe what lies below', () => {
    const { world, volume } = newBase('hidden');
    const lost = volume();
    use(world, lost);
    destroyBacking(world, lost);
    const estate = JSON.parse(
      JSON.stringify(toEstate(world)).replaceAll('tank/k8s/nfs', 'tank/ix-apps-k8s/nfs'),
    ) as Estate;
    const outcome = judgeEstate(estate).outcomes.find(
      ({ id, scope }) => id === 'volume-without-backend' && scope === nfs,
    );

    assert.equal(outcome?.status, 'notAssessed');
    assert.match(outcome?.because ?? '', /leaves names such as .*ix-apps.* out of its lists/);
  });
});
