import assert from 'node:assert/strict';
import { indexNas } from '../../src/correlate/nas-index.ts';
import { originTest } from '../../src/correlate/snapshot-origin.ts';
import type { NasSections, Replication, SnapshotTask } from '../../src/model/truenas.ts';
import { makeNas, makeReplication, makeZfsSnapshot, own, read, uid } from './support/small.ts';

const volume = `tank/k8s/pvc-${uid('1')}`;
const csiSnapshot = `snapshot-${uid('2')}`;

function originOf(name: string, sections: Partial<NasSections> = {}, isTrueNasCsi = false) {
  return originTest(indexNas(makeNas(sections)))(makeZfsSnapshot(name), isTrueNasCsi);
}

function withTask(rest: Partial<SnapshotTask> = {}): Partial<NasSections> {
  const task = { id: 1, dataset: volume, recursive: false, exclude: [], namingSchema: 'auto-%Y-%m-%d', enabled: true };
  return { snapshotTasks: read([{ ...task, ...rest }]) };
}

const withReplication = (rest: Partial<Replication>) => ({ replications: read([makeReplication('flash/copy', rest)]) });

describe('[U] correlate/snapshot-origin, by its own mark', () => {
  const marked = (value: string, source: 'LOCAL' | 'INHERITED' | 'RECEIVED' | 'UNKNOWN', name = csiSnapshot) =>
    originTest(indexNas(makeNas()))(
      makeZfsSnapshot(`${volume}@${name}`, { userProperties: own({ csi_snapshot_name: value }, source) }),
      false,
    );

  it("is the driver's when it bears its own name as a mark", () => {
    assert.equal(marked(csiSnapshot, 'LOCAL'), 'csi');
    assert.equal(marked(csiSnapshot, 'RECEIVED'), 'csi');
    assert.equal(marked(csiSnapshot, 'UNKNOWN'), 'csi');
  });

  it("is not the driver's when the mark was inherited or is that of another", () => {
    assert.equal(marked(csiSnapshot, 'INHERITED'), 'manual');
    assert.equal(marked('snapshot-other', 'LOCAL'), 'manual');
  });

  it("is the driver's by its mark before its name says otherwise", () => {
    assert.equal(marked('autosnap_1', 'LOCAL', 'autosnap_1'), 'csi');
  });

  it('needs no mark below a volume of truenas-csi, which writes none, but the name', () => {
    assert.equal(originOf(`${volume}@${csiSnapshot}`, {}, true), 'csi');
    assert.equal(originOf(`${volume}@${csiSnapshot}`, {}, false), 'manual');
    assert.equal(originOf(`${volume}@before-upgrade`, {}, true), 'manual');
  });
});

describe('[U] correlate/snapshot-origin, by its name', () => {
  const names: readonly (readonly [name: string, origin: string])[] = [
    [`volume-source-for-volume-pvc-${uid('3')}`, 'temporary'],
    [`volume-source-for-snapshot-${csiSnapshot}`, 'temporary'],
    ['csi-clone-tank-pvc-1-1790000000', 'temporary'],
    ['autosnap_2026-11-01_00:00:00_daily', 'sanoid'],
    ['syncoid_backup_2026-11-01', 'sanoid'],
    ['zrepl_20261101_000000_000', 'zrepl'],
    ['pyznap_2026-11-01_00:00:00_hourly', 'pyznap'],
    ['zfs-auto-snap_daily-2026-11-01-0000', 'zfsAutoSnapshot'],
    ['ix-applications-backup', 'system'],
    ['boot-env-1', 'system'],
    ['before-upgrade', 'manual'],
    ['my-volume-source-for-volume-1', 'manual'],
    ['volume-source-for-backup', 'manual'],
    ['old-csi-clone-1', 'manual'],
    ['my-autosnap_1', 'manual'],
    ['my_zrepl_1', 'manual'],
    ['my_pyznap_1', 'manual'],
    ['my-zfs-auto-snap', 'manual'],
    ['fix-1', 'manual'],
    ['reboot-1', 'manual'],
  ];
  for (const [name, origin] of names) {
    it(`is ${origin} when it is called ${name}`, () => assert.equal(originOf(`${volume}@${name}`), origin));
  }

  it('is told by its name before by a task whose schema fits any', () => {
    assert.equal(originOf(`${volume}@zrepl_1`, withTask({ namingSchema: 'zrepl_%s' })), 'zrepl');
  });
});

describe('[U] correlate/snapshot-origin, by tasks of the NAS', () => {
  const taken = 'auto-2026-11-01';

  it("is a task's when its dataset and its name are, a disabled one's too", () => {
    assert.equal(originOf(`${volume}@${taken}`, withTask()), 'periodicTask');
    assert.equal(originOf(`${volume}@${taken}`, withTask({ enabled: false })), 'periodicTask');
    assert.equal(originOf(`${volume}@auto-today`, withTask()), 'manual');
  });

  it('is that of a task above only if the task goes down', () => {
    assert.equal(originOf(`${volume}@${taken}`, withTask({ dataset: 'tank', recursive: true })), 'periodicTask');
    assert.equal(originOf(`${volume}@${taken}`, withTask({ dataset: 'tank', recursive: false })), 'manual');
  });

  it('is not that of a task beside or below, however the names begin', () => {
    for (const dataset of ['tank/k8', 'tank/k8s/pvc', `${volume}/child`, 'flash'])
      assert.equal(originOf(`${volume}@${taken}`, withTask({ dataset, recursive: true })), 'manual');
  });

  it('is not that of a task that leaves the dataset or one above it out', () => {
    const excluding = (...exclude: string[]) =>
      originOf(`${volume}@${taken}`, withTask({ dataset: 'tank', recursive: true, exclude }));

    assert.equal(excluding(volume), 'manual');
    assert.equal(excluding('tank/other', 'tank/k8s'), 'manual');
    assert.equal(excluding('tank/k8', `${volume}/child`), 'periodicTask');
  });

  it('is told for each snapshot of a dataset, and for each dataset, by itself', () => {
    const of = originTest(indexNas(makeNas(withTask())));
    const names = [`${volume}@${taken}`, `${volume}@by-hand`, `tank/media@${taken}`, `${volume}@${taken}`];

    assert.deepEqual(
      names.map((name) => of(makeZfsSnapshot(name), false)),
      ['periodicTask', 'manual', 'manual', 'periodicTask'],
    );
  });

  it('is that of one of several tasks on the way up', () => {
    const [first] = itemsOf(withTask({ namingSchema: 'hourly-%H' }));
    const [second] = itemsOf(withTask({ id: 2, dataset: 'tank', recursive: true }));
    const sections = { snapshotTasks: read([first, second].filter((task) => task !== undefined)) };

    assert.equal(originOf(`${volume}@${taken}`, sections), 'periodicTask');
    assert.equal(originOf(`${volume}@hourly-03`, sections), 'periodicTask');
    assert.equal(originOf('tank/media@hourly-03', sections), 'manual');
  });
});

describe('[U] correlate/snapshot-origin, by replications', () => {
  it("is a replication's on its target and on its source, by one of its schemas", () => {
    const sections = withReplication({ sourceDatasets: ['tank/k8s'], namingSchemas: ['week-%W', 'day-%Y'] });

    assert.equal(originOf(`${volume}@day-2026`, sections), 'replication');
    assert.equal(originOf('flash/copy/pvc-1@day-2026', sections), 'replication');
    assert.equal(originOf('flash/copy@day-2026', sections), 'replication');
    assert.equal(originOf(`${volume}@before-upgrade`, sections), 'manual');
    assert.equal(originOf('flash/other@day-2026', sections), 'manual');
  });

  it("is a replication's by its pattern, which must fit the whole name", () => {
    const sections = withReplication({ nameRegex: 'keep-.*|gold' });

    assert.equal(originOf('flash/copy@keep-1', sections), 'replication');
    assert.equal(originOf('flash/copy@gold', sections), 'replication');
    assert.equal(originOf('flash/copy@golden', sections), 'manual');
    assert.equal(originOf('flash/copy@marigold', sections), 'manual');
  });

  it("lets a pattern of Python's that is none of ours fit nothing, and the schemas beside it still fit", () => {
    const sections = withReplication({ nameRegex: '(?P<day>', namingSchemas: ['day-%Y'] });

    assert.equal(originOf('flash/copy@monday', sections), 'manual');
    assert.equal(originOf('flash/copy@day-2026', sections), 'replication');
  });

  it("is a task's where both could have made it", () => {
    const sections = {
      ...withTask({ namingSchema: 'day-%Y' }),
      ...withReplication({ sourceDatasets: ['tank'], namingSchemas: ['day-%Y'] }),
    };

    assert.equal(originOf(`${volume}@day-2026`, sections), 'periodicTask');
  });
});

function itemsOf({ snapshotTasks }: Partial<NasSections>): readonly SnapshotTask[] {
  return snapshotTasks?.ok === true ? snapshotTasks.items : [];
}
