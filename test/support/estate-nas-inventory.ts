import type { Collected } from '../../src/model/collected.ts';
import type * as model from '../../src/model/truenas.ts';
import type { DatasetState, NasState, Release } from '../../src/simulate/estate.ts';

type Properties = Readonly<Record<string, model.UserProperty>>;

const releases: readonly Release[] = ['core-13', '22.12', '24.10', '25.04', '25.10', '26'];
const versions: Readonly<Record<Release, readonly [release: string, version: string]>> = {
  'core-13': ['13.0', 'TrueNAS-13.0-U6.1'],
  '22.12': ['22.12', 'TrueNAS-SCALE-22.12.4.2'],
  '24.10': ['24.10', 'TrueNAS-SCALE-24.10.2'],
  '25.04': ['25.04', '25.04.2'],
  '25.10': ['25.10', '25.10.2'],
  '26': ['26.0', '26.0.0'],
};
const keptPrefixes = ['democratic-csi:', 'strandline:'];
const hiddenParts = ['/.system', '/ix-applications', '/ix-apps', '/.ix-virt'];

export function toNasInventory(nas: NasState, addresses: readonly string[], takenAt: string): model.NasInventory {
  const isSince = (first: Release) => releases.indexOf(nas.release) >= releases.indexOf(first);
  const [release, version] = versions[nas.release];
  const view: View = { nas, isSince, properties: inherit(nas, isSince('25.10')), totals: sum(nas) };
  const read = <T>(items: readonly T[]): Collected<T> => ({ ok: true, items, takenAt });
  const readSince = <T>(first: Release, items: () => readonly T[]): Collected<T> =>
    isSince(first) ? read(items()) : { ok: true, items: [], takenAt, absent: `not before ${first}` };
  const locked = new Set(nas.datasets.filter((dataset) => dataset.locked === true).map(({ name }) => name));
  return {
    name: nas.name,
    hostId: nas.hostId,
    version,
    release,
    transport: isSince('25.04') ? 'jsonrpc' : 'rest',
    clockSkewMs: nas.clockSkewMs ?? 0,
    addresses,
    sections: {
      system: read([{ version, hostname: nas.hostname }]),
      pools: read(nas.pools.map((pool) => toPool(pool, isSince('22.12')))),
      datasets: read(nas.datasets.filter(isVisible).map((dataset) => toDataset(dataset, view))),
      snapshots: read(nas.snapshots.filter((row) => isVisible(row)).map((row) => toSnapshot(row, view))),
      nfsShares: read(
        nas.nfsShares.map((share) => ({
          id: share.id,
          paths: [share.path],
          comment: share.comment,
          enabled: share.enabled,
          locked: locked.has(share.path.replace(/^\/mnt\//, '')),
          networks: share.networks ?? [],
          hosts: share.hosts ?? [],
        })),
      ),
      smbShares: read(
        nas.smbShares.map((share) => ({ ...share, locked: locked.has(share.path.replace(/^\/mnt\//, '')) })),
      ),
      iscsiTargets: read(
        nas.iscsi.targets.map(({ id, name, alias, portal, initiator }) => ({
          id,
          name,
          groups: [{ portal, initiator }],
          ...(alias !== undefined && { alias }),
        })),
      ),
      iscsiExtents: read(
        nas.iscsi.extents.map((extent) => ({ ...extent, type: 'DISK' as const, locked: locked.has(extent.zvol) })),
      ),
      iscsiTargetExtents: read(nas.iscsi.targetExtents),
      iscsiPortals: read(
        nas.iscsi.portals.map(({ id, comment, ip, port }) => ({ id, comment, listen: [{ ip, port }] })),
      ),
      iscsiInitiators: read(nas.iscsi.initiators),
      iscsiGlobal: read([{ basename: nas.iscsi.basename, listenPort: 3260 }]),
      nvmeSubsystems: readSince('25.10', () => nas.nvme.subsystems),
      nvmeNamespaces: readSince('25.10', () =>
        nas.nvme.namespaces.map((row) => ({ ...row, deviceType: 'ZVOL', locked: locked.has(row.zvol) })),
      ),
      nvmePorts: readSince('25.10', () =>
        nas.nvme.ports.map(({ id, address, port, subsystems }) => ({
          id,
          transport: 'TCP',
          address,
          port: String(port),
          subsystems,
        })),
      ),
      snapshotTasks: read(nas.snapshotTasks.map((task) => ({ ...task, exclude: task.exclude ?? [] }))),
      replications: read(nas.replications.map((replication) => ({ ...replication, transport: 'LOCAL' }))),
      alerts: read(nas.alerts),
      services: read(
        nas.services.map(({ service, enable, running }) => ({ name: service, isEnabled: enable, isRunning: running })),
      ),
      iscsiSessions: read(
        nas.iscsi.sessions.map(({ initiator, target }) => ({
          protocol: 'iscsi' as const,
          client: initiator,
          object: `${nas.iscsi.basename}:${target}`,
        })),
      ),
      /** NFS 4 clients do not say what they have mounted. */
      nfsClients: read(
        nas.nfsClients.map(({ address, version: level, ...client }) => ({
          protocol: 'nfs' as const,
          client: address,
          ...(level === 3 && { object: client.export }),
        })),
      ),
      smbSessions: read(
        nas.smbSessions.map(({ share, machine }) => ({ protocol: 'smb', client: machine, object: share })),
      ),
      nvmeSessions: readSince('25.10', () =>
        nas.nvme.sessions.map(({ host, subsystem }) => ({
          protocol: 'nvmeof' as const,
          client: host,
          object: subsystem,
        })),
      ),
      account: read([{ username: 'strandline', roles: ['READONLY_ADMIN'] }]),
      apiKeys: read([]),
    },
  };
}

interface View {
  readonly nas: NasState;
  readonly isSince: (first: Release) => boolean;
  readonly properties: ReadonlyMap<string, Properties>;
  readonly totals: ReadonlyMap<string, number>;
}

function toPool(pool: NasState['pools'][number], hasSizes: boolean): model.Pool {
  const { name, guid, status, sizeBytes, allocatedBytes, fragmentationPercent } = pool;
  return {
    name,
    guid,
    status,
    healthy: status === 'ONLINE',
    ...(hasSizes && { sizeBytes, allocatedBytes, freeBytes: sizeBytes - allocatedBytes, fragmentationPercent }),
  };
}

function toDataset(dataset: DatasetState, { nas, isSince, properties, totals }: View): model.Dataset {
  const own = ownBytes(dataset);
  const used = totals.get(dataset.name) ?? own;
  const pool = dataset.name.split('/', 1)[0] ?? '';
  const poolState = nas.pools.find(({ name }) => name === pool);
  const isFileSystem = dataset.type === 'FILESYSTEM';
  return {
    name: dataset.name,
    pool,
    type: dataset.type,
    encrypted: dataset.encrypted ?? false,
    locked: dataset.locked ?? false,
    userProperties: properties.get(dataset.name) ?? {},
    userPropertiesRead: true,
    usedBytes: used,
    availableBytes: (poolState?.sizeBytes ?? 0) - (poolState?.allocatedBytes ?? 0),
    quotaBytes: dataset.quotaBytes ?? null,
    refquotaBytes: dataset.refquotaBytes ?? null,
    reservationBytes: dataset.reservationBytes ?? null,
    refreservationBytes: dataset.refreservationBytes ?? null,
    ...(isFileSystem && { mountpoint: dataset.mountpoint ?? `/mnt/${dataset.name}` }),
    ...(dataset.origin !== undefined && { origin: dataset.origin }),
    ...(dataset.volsizeBytes !== undefined && { volsizeBytes: dataset.volsizeBytes }),
    ...(isSince('22.12') && {
      createdAt: dataset.createdAt,
      usedByDatasetBytes: dataset.dataBytes,
      usedBySnapshotsBytes: dataset.snapshotBytes ?? 0,
      usedByRefreservationBytes: dataset.refreservationExtraBytes ?? 0,
      usedByChildrenBytes: used - own,
    }),
    ...(isSince('25.10') && {
      referencedBytes: dataset.dataBytes,
      logicalUsedBytes: dataset.logicalBytes ?? dataset.dataBytes,
    }),
  };
}

function toSnapshot(row: NasState['snapshots'][number], { isSince, properties }: View): model.ZfsSnapshot {
  const split = row.name.indexOf('@');
  const dataset = row.name.slice(0, split);
  const inherited = Object.entries(properties.get(dataset) ?? {}).map(([name, { value }]) => [
    name,
    { value, source: isSince('26') ? 'UNKNOWN' : 'INHERITED' },
  ]);
  const own = Object.entries(row.userProperties ?? {}).map(([name, value]) => [
    name,
    { value, source: isSince('26') ? 'UNKNOWN' : 'LOCAL' },
  ]);
  return {
    name: row.name,
    dataset,
    snapshotName: row.name.slice(split + 1),
    createTxg: String(row.createTxg),
    createdAt: row.createdAt,
    usedBytes: row.usedBytes,
    referencedBytes: row.referencedBytes,
    holds: row.holds ?? [],
    holdCount: row.holds?.length ?? 0,
    userProperties: Object.fromEntries([...inherited, ...own]) as Properties,
    userPropertiesRead: true,
    ...(!isSince('26') && { deferDestroy: row.deferDestroy ?? false }),
  };
}

/** ZFS hands user properties down; from 25.10 on the NAS no longer says which are inherited. */
function inherit(nas: NasState, isSourceHidden: boolean): ReadonlyMap<string, Properties> {
  const all = new Map<string, Properties>();
  const byName = [...nas.datasets].sort((a, b) => a.name.length - b.name.length);
  for (const dataset of byName) {
    const above = all.get(dataset.name.slice(0, Math.max(0, dataset.name.lastIndexOf('/')))) ?? {};
    const merged: Record<string, model.UserProperty> = {};
    for (const [name, { value }] of Object.entries(above)) {
      merged[name] = { value, source: isSourceHidden ? 'UNKNOWN' : 'INHERITED' };
    }
    for (const [name, value] of Object.entries(dataset.userProperties ?? {})) {
      if (name !== 'org.freenas:description' && !keptPrefixes.some((prefix) => name.startsWith(prefix))) continue;
      merged[name] = { value, source: isSourceHidden ? 'UNKNOWN' : dataset.received === true ? 'RECEIVED' : 'LOCAL' };
    }
    all.set(dataset.name, merged);
  }
  return all;
}

/** `used` of every dataset, its descendants included. */
function sum(nas: NasState): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const dataset of nas.datasets) {
    const own = ownBytes(dataset);
    for (let name = dataset.name; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('/')))) {
      totals.set(name, (totals.get(name) ?? 0) + own);
    }
  }
  return totals;
}

function ownBytes(dataset: DatasetState): number {
  return dataset.dataBytes + (dataset.snapshotBytes ?? 0) + (dataset.refreservationExtraBytes ?? 0);
}

function isVisible({ name }: { readonly name: string }): boolean {
  return !hiddenParts.some((part) => name.includes(part));
}
