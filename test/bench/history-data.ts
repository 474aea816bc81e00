import type { ScanResult, VolumeUsage } from '../../src/model/scan-result.ts';
import { makeResult } from '../support/stored-result.ts';

const gib = 1_073_741_824;
const mib = 1_048_576;

/** The same volumes every night; 70 % of them do not grow. Values are made from the index: every run writes the same. */
export function makeNight(night: number, volumes: number): ScanResult {
  const all = Array.from({ length: volumes }, (_, i) => makeVolumeOf(i, night));
  const sum = (of: readonly VolumeUsage[]): number => of.reduce((total, { usedBytes = 0 }) => total + usedBytes, 0);
  const groups = (keyOf: (volume: VolumeUsage) => string) =>
    [...Map.groupBy(all, keyOf)].map(([key, of]) => ({ key, volumes: of.length, unknown: 0, usedBytes: sum(of) }));
  return makeResult(`scan-${String(night).padStart(4, '0')}`, night, {
    usage: {
      volumes: all,
      namespaces: groups(({ namespace = '' }) => `prod/${namespace}`),
      storageClasses: groups(({ storageClass = '' }) => `prod/${storageClass}`),
      backends: groups(({ backend }) => backend),
      pools: [...Map.groupBy(all, ({ pool }) => pool)].map(([pool, of]) => ({
        nas: 'nas01',
        pool,
        status: 'ONLINE',
        healthy: true,
        volumes: of.length,
        usedBytes: sum(of),
        usableBytes: 400_000 * gib,
      })),
      snapshotOrigins: [{ nas: 'nas01', origin: 'csi', count: volumes * 7 }],
      notAssessed: [],
    },
  });
}

function makeVolumeOf(i: number, night: number): VolumeUsage {
  const uid = uidOf(i);
  const start = (1 + (i % 37)) * gib + ((i * 7919) % 4096) * 4096;
  const grows = i % 10 < 3;
  const jitter = ((i * 31 + night * 17) % 97) * 65_536;
  const usedBytes = start + (grows ? night * (5 + (i % 40)) * mib + jitter : 0);
  const snapshotBytes = grows ? Math.trunc(usedBytes / 20) : 0;
  return {
    cluster: 'prod',
    backend: `backend/prod/org.democratic-csi.${i % 2 === 0 ? 'nfs' : 'iscsi'}@nas01`,
    nas: 'nas01',
    pool: `tank${i % 4}`,
    dataset: `tank${i % 4}/k8s/vols/pvc-${uid}`,
    datasetId: String(10n ** 18n + BigInt(i) * 7_919_000_003n),
    persistentVolume: `pvc-${uid}`,
    uid,
    namespace: `team-${i % 150}`,
    claim: `data-app-${i}`,
    storageClass: i % 2 === 0 ? 'truenas-nfs' : 'truenas-iscsi',
    kind: i % 2 === 0 ? 'filesystem' : 'zvol',
    thin: true,
    provisionedBytes: 100 * gib,
    usedBytes,
    dataBytes: usedBytes - snapshotBytes,
    snapshotBytes,
    referencedBytes: usedBytes - snapshotBytes,
    logicalBytes: Math.trunc(usedBytes * 1.6),
    utilisation: usedBytes / (100 * gib),
    snapshotCount: grows ? 7 : 1,
    compressRatio: 1.6,
  };
}

/** Looks random to a compressor, as UIDs do. */
function uidOf(i: number): string {
  let state = BigInt(i + 1) * 0x9e3779b97f4a7c15n;
  const word = (): string => {
    state = (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n;
    state = BigInt.asUintN(64, state ^ (state >> 27n));
    return state.toString(16).padStart(16, '0');
  };
  const hex = word() + word();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
