import assert from 'node:assert/strict';
import type { Claim, StorageClass, VolumeSnapshot } from '../../src/model/kubernetes.ts';
import type { VolumeLink } from '../../src/model/links.ts';
import { isOurClaim, ourDrivers } from '../../src/orphans/our-classes.ts';
import { snapshotDriver } from '../../src/orphans/snapshot-driver.ts';

const storageClass = (name: string, provisioner: string, isDefault = false) =>
  ({ name, provisioner, isDefault }) as unknown as StorageClass;
const claim = (parts: Partial<Claim>) => parts as Claim;
const volume = (driver: string | undefined, parts: Partial<VolumeLink> = {}, claimName?: string) =>
  ({
    cluster: 'prod',
    volume: {
      ...(driver !== undefined && { csi: { driver } }),
      ...(claimName !== undefined && { claim: { namespace: 'shop', name: claimName } }),
    },
    ...parts,
  }) as unknown as VolumeLink;

describe('[U] orphans/our-classes, claims', () => {
  const ours = new Set(['ours.io']);
  const classes = [storageClass('fast', 'ours.io'), storageClass('cloud', 'other.io')];
  const kind = (parts: Partial<Claim>, known = classes) => isOurClaim(claim(parts), known, ours);

  it('goes by the driver of the class', () => {
    assert.equal(kind({ storageClass: 'fast' }), 'ours');
    assert.equal(kind({ storageClass: 'cloud' }), 'foreign');
  });

  it('takes the default class where none is named', () => {
    assert.equal(kind({}, [...classes, storageClass('mine', 'ours.io', true)]), 'ours');
    assert.equal(kind({}, [...classes, storageClass('theirs', 'other.io', true)]), 'foreign');
    assert.equal(kind({}), 'noClass');
    assert.equal(kind({}, []), 'noClass');
  });

  it('leaves a claim alone that asks for no class at all: it binds by hand', () => {
    assert.equal(kind({ storageClass: '' }), 'foreign');
    assert.equal(kind({ storageClass: '', provisioner: 'ours.io' }), 'foreign');
  });

  it('shows a claim whose class does not exist, unless another driver was asked for', () => {
    assert.equal(kind({ storageClass: 'gone' }), 'missingClass');
    assert.equal(kind({ storageClass: 'gone', provisioner: 'ours.io' }), 'missingClass');
    assert.equal(kind({ storageClass: 'gone', provisioner: 'other.io' }), 'foreign');
  });
});

describe('[U] orphans/our-classes, drivers', () => {
  const drivers = (
    volumes: readonly VolumeLink[],
    classes: readonly string[] = [],
    declared: Parameters<typeof ourDrivers>[1] = [],
  ) => [
    ...ourDrivers(
      'prod',
      declared,
      volumes,
      classes.map((name) => storageClass(name, name)),
    ),
  ];

  it('takes what config declares for this cluster', () => {
    const declared = [
      { cluster: 'prod', driver: 'a.io' },
      { cluster: 'lab', driver: 'b.io' },
    ];

    assert.deepEqual(drivers([], [], declared), ['a.io']);
  });

  it('takes what volumes of this cluster show, as long as their NAS is in reach', () => {
    assert.deepEqual(
      drivers([
        volume('a.io'),
        volume('b.io', { outOfReach: 'its server is none of ours' }),
        volume('c.io', { cluster: 'lab' }),
        volume(undefined),
      ]),
      ['a.io'],
    );
  });

  it('knows both drivers by their names', () => {
    assert.deepEqual(
      drivers(
        [],
        [
          'csi.truenas.io',
          'lab.csi.truenas.io',
          'org.democratic-csi.nfs',
          'csi.truenas.io.evil',
          'mycsi.truenas.io',
          'kubernetes.io/aws-ebs',
        ],
      ),
      ['csi.truenas.io', 'lab.csi.truenas.io', 'org.democratic-csi.nfs'],
    );
  });
});

describe('[U] orphans/snapshot-driver', () => {
  const contents = [
    { name: 'content-ours', driver: 'ours.io' },
    { name: 'content-other', driver: 'other.io' },
  ] as never;
  const classes = [
    { name: 'class-ours', driver: 'ours.io' },
    { name: 'class-other', driver: 'other.io' },
  ] as never;
  const volumes = [
    volume('ours.io', {}, 'data'),
    volume('far.io', { outOfReach: 'its server is none of ours' }, 'far'),
    volume(undefined, {}, 'bare'),
    volume('ours.io'),
  ];
  const of = (parts: Partial<VolumeSnapshot>) =>
    snapshotDriver(contents, classes, volumes)({ namespace: 'shop', ...parts } as VolumeSnapshot);

  it('goes by the content it is bound to, whatever its class says', () => {
    assert.equal(of({ boundContent: 'content-ours', snapshotClass: 'class-other' }), 'ours');
    assert.equal(of({ boundContent: 'content-other', snapshotClass: 'class-ours', sourceClaim: 'data' }), 'foreign');
  });

  it('goes by its class while it has no content, or one that is gone', () => {
    assert.equal(of({ snapshotClass: 'class-ours' }), 'ours');
    assert.equal(of({ snapshotClass: 'class-other', sourceClaim: 'data' }), 'foreign');
    assert.equal(of({ boundContent: 'gone', snapshotClass: 'class-ours' }), 'ours');
  });

  it('goes by the volume of its claim while nothing else is known', () => {
    assert.equal(of({ sourceClaim: 'data' }), 'ours');
    assert.equal(of({ sourceClaim: 'bare' }), 'ours');
    assert.equal(of({ sourceClaim: 'gone' }), 'unknown');
    assert.equal(of({ sourceClaim: 'data', namespace: 'lab' }), 'unknown');
    assert.equal(of({}), 'unknown');
  });

  it('takes a driver for foreign whose volumes are all out of reach', () => {
    const far = snapshotDriver([{ name: 'content-far', driver: 'far.io' }] as never, [], volumes);

    assert.equal(far({ namespace: 'shop', boundContent: 'content-far' } as VolumeSnapshot), 'foreign');
  });
});
