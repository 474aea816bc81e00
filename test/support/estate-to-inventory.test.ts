import assert from 'node:assert/strict';
import { demoEstate } from '../../fixtures/estates/demo/demo.ts';
import { toInventory } from './estate-to-inventory.ts';

describe('[U] support/estate-to-inventory', () => {
  const estate = demoEstate();
  const inventory = toInventory(estate);
  const [prod] = inventory.clusters;
  const [nas] = inventory.nases;
  const items = <T>(section: { ok: boolean; items?: readonly T[] } | undefined) => section?.items ?? [];

  it('keeps every object of both sides', () => {
    const volumes = inventory.clusters.flatMap((cluster) => items(cluster.sections.persistentVolumes));

    assert.deepEqual([volumes.length, items(nas?.sections.snapshots).length], [56, estate.nases[0]?.snapshots.length]);
  });

  it('hands properties down to snapshots and children, as ZFS does', () => {
    const snapshot = items(nas?.sections.snapshots).find(({ name }) => name.includes('@auto-'));
    const child = items(nas?.sections.datasets).find(({ name }) => name.endsWith('/lightroom'));

    assert.equal(snapshot?.userProperties['democratic-csi:managed_resource']?.source, 'INHERITED');
    assert.equal(child?.userProperties['democratic-csi:provision_success']?.value, 'true');
  });

  it('adds up what a volume and its children hold', () => {
    const datasets = items(nas?.sections.datasets);
    const child = datasets.find(({ name }) => name.endsWith('/lightroom'));
    const photos = datasets.find(({ name }) => child?.name === `${name}/lightroom`);

    assert.ok((photos?.usedByChildrenBytes ?? 0) > 44 * 1024 ** 3);
    assert.equal(photos?.usedByChildrenBytes, child?.usedBytes);
  });

  it('does not show what TrueNAS hides', () => {
    assert.deepEqual(
      items(nas?.sections.datasets).filter(({ name }) => name.includes('ix-apps')),
      [],
    );
  });

  it('finds the claims of pods, jobs and templates', () => {
    const workloads = items(prod?.sections.workloads);

    assert.deepEqual(
      [
        workloads.find(({ kind }) => kind === 'CronJob')?.storage.claims,
        workloads.find(({ kind }) => kind === 'VirtualMachine')?.storage.claims,
        workloads.find(({ name }) => name === 'wiki')?.claimTemplates,
      ],
      [['transcode'], ['win-build'], ['data']],
    );
  });

  it('fails the sections that could not be read, and only those', () => {
    const part = toInventory(estate, { isUnread: (source) => source === 'cluster/staging' });

    assert.deepEqual(
      part.clusters.map(({ sections }) => Object.values(sections).map(({ ok }) => ok)),
      [Array(17).fill(true), Array(17).fill(false)],
    );
  });
});
