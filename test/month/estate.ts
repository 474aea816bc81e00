import { leaveHalfMade } from '../../fixtures/builder/accidents/claims.ts';
import { installBackend } from '../../fixtures/builder/backend.ts';
import { addCluster } from '../../fixtures/builder/kubernetes.ts';
import { addNas, destroyDataset } from '../../fixtures/builder/nas.ts';
import { takeCsiSnapshot } from '../../fixtures/builder/snapshots.ts';
import { harmlessly, truthKey } from '../../fixtures/builder/truth.ts';
import { GiB, MiB, TiB } from '../../fixtures/builder/units.ts';
import { createVolume, type Volume } from '../../fixtures/builder/volume.ts';
import { use } from '../../fixtures/builder/workloads.ts';
import { type BackendBuild, nasOf, newWorld, toEstate, type World } from '../../fixtures/builder/world.ts';
import type { Estate } from '../../src/simulate/estate.ts';
import { leakKinds } from './leaks.ts';

/** What the month is remembered for, by the number of the night. */
export interface Milestones {
  readonly clusterAdded: number;
  readonly nasUpgraded: number;
}

interface OpenLeak {
  readonly keys: readonly string[];
  readonly check: string;
  readonly backend: BackendBuild;
  readonly cleanUp: (world: World) => void;
}

/** An estate that lives: volumes come, leaks appear and are cleaned up, a cluster is added, the NAS is upgraded. */
export class LivingEstate {
  #world: World;
  readonly #milestones: Milestones;
  readonly #backends: BackendBuild[] = [];
  #leaks: OpenLeak[] = [];
  #passing: ((world: World) => void)[] = [];
  #number = 0;

  constructor(seed: number, now: Date, milestones: Milestones) {
    this.#world = newWorld('month', now.toISOString(), seed);
    this.#milestones = milestones;
    const pools = [{ name: 'tank', sizeBytes: 400 * TiB }];
    addNas(this.#world, { name: 'nas01', address: '10.9.0.5', release: '24.10', pools });
    this.#addCluster('prod', ['nfs', 'iscsi']);
  }

  /** Everything as it is in that night; its truth is known from how it came about. */
  at(night: number, now: Date): Estate {
    this.#world = { ...this.#world, nowMs: now.getTime() };
    const { random } = this.#world;
    for (const leave of this.#passing) leave(this.#world);
    this.#passing = [];
    if (night === this.#milestones.clusterAdded) this.#addCluster('edge', ['nfs']);
    if (night === this.#milestones.nasUpgraded) this.#upgradeNas();
    this.#leaks = this.#leaks.filter((leak) => !random.chance(0.2) || !this.#clean(leak));
    for (let count = random.int(0, 2); count > 0; count -= 1) this.#makeUsed(random.pick(this.#backends), 0.3);
    for (let count = random.int(1, 2); count > 0; count -= 1) this.#leak();
    this.#beginSomething();
    return toEstate(this.#world);
  }

  #addCluster(name: string, protocols: readonly ('nfs' | 'iscsi')[]): void {
    addCluster(this.#world, { name });
    for (const protocol of protocols) {
      const backend = installBackend(this.#world, {
        cluster: name,
        driver: `org.democratic-csi.${name}-${protocol}`,
        nas: 'nas01',
        protocol,
        parent: `tank/k8s/${name}/${protocol}`,
        detachedParent: `tank/k8s/${name}/${protocol}-snaps`,
        exclusive: protocol === 'iscsi',
        assetSuffix: `-${name}`,
        instanceId: `${name}-${protocol}`,
      });
      this.#backends.push(backend);
      for (let count = 22; count > 0; count -= 1) {
        const volume = this.#makeUsed(backend, 100);
        const spec = { name: `snap-${this.#name()}`, ageDays: 30, usedBytes: 40 * MiB };
        if (count % 6 === 0) takeCsiSnapshot(this.#world, volume, spec);
      }
    }
  }

  #upgradeNas(): void {
    this.#world.nases.set('nas01', { ...nasOf(this.#world, 'nas01'), release: '26' });
  }

  #makeUsed(backend: BackendBuild, ageDays: number): Volume {
    const sizeBytes = this.#world.random.int(1, 80) * GiB;
    const volume = createVolume(this.#world, backend, { namespace: 'shop', claim: this.#name(), ageDays, sizeBytes });
    use(this.#world, volume, this.#world.random.pick(['Deployment', 'StatefulSet', 'ScaledDownDeployment']));
    return volume;
  }

  /** At most two of one check per backend: many at once would be held back as suspicious. */
  #leak(): void {
    const { random } = this.#world;
    const backend = random.pick(this.#backends);
    const kind = random.pick(leakKinds.filter(({ fits }) => fits?.(backend) !== false));
    const same = this.#leaks.filter((leak) => leak.check === kind.check && leak.backend === backend);
    if (same.length >= 2) return;
    const before = this.#world.expected.length;
    const cleanUp = kind.happen({ world: this.#world, backend, name: this.#name() });
    const keys = this.#world.expected.slice(before).map(truthKey);
    this.#leaks.push({ keys, check: kind.check, backend, cleanUp });
  }

  #clean({ keys, cleanUp }: OpenLeak): true {
    cleanUp(this.#world);
    const left = this.#world.expected.filter((finding) => !keys.includes(truthKey(finding)));
    this.#world.expected.splice(0, this.#world.expected.length, ...left);
    return true;
  }

  /** A volume that is just being made when the scan comes by: it looks like an orphan and is none. */
  #beginSomething(): void {
    const world = this.#world;
    const backend = world.random.pick(this.#backends);
    const spec = { namespace: 'ci', claim: this.#name(), ageDays: 0.05, sizeBytes: GiB };
    const dataset = harmlessly(world, () =>
      leaveHalfMade(world, backend, spec, world.random.pick(['dataset', 'quota'])),
    );
    this.#passing.push((then) => destroyDataset(nasOf(then, backend.nas), dataset));
  }

  #name(): string {
    this.#number += 1;
    return `data-${this.#number}`;
  }
}
