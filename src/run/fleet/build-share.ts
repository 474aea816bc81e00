import { keysOfCluster, keysOfNas } from '../../correlate/meeting-keys.ts';
import { outlineOfCluster, outlineOfNas } from '../../correlate/outline.ts';
import type { Collected, SourceId } from '../../model/collected.ts';
import type { ClusterInventory } from '../../model/kubernetes.ts';
import {
  type PackedKeys,
  readingTime,
  type Share,
  type ShareHead,
  type SourceInventory,
  shareFormatVersion,
} from '../../model/share.ts';
import type { NasInventory } from '../../model/truenas.ts';
import { packKeys } from '../../util/key-set.ts';
import type { RunDeps } from '../ports.ts';

type Attempt = Pick<RunDeps, 'scanId' | 'runId'>;

export function buildNasShare(nas: NasInventory, attempt: Attempt): Share {
  const { keys, copies, drivers } = keysOfNas(nas);
  const packed = { keys: packKeys(keys), copies: packKeys(copies), drivers: [...drivers] };
  return {
    head: toHead(`nas/${nas.name}`, nas, { outline: outlineOfNas(nas), keys: packed }, attempt),
    inventory: nas,
  };
}

export function buildClusterShare(cluster: ClusterInventory, attempt: Attempt): Share {
  const { keys, pointers, placedBy, provisioners } = keysOfCluster(cluster);
  const packed: PackedKeys = {
    keys: packKeys(keys),
    pointers: Object.fromEntries([...pointers].map(([server, texts]) => [server, packKeys(texts)])),
    placedBy: placedBy.map(({ driver, servers }) => ({ driver, servers: [...servers] })),
    provisioners: [...provisioners],
  };
  const about = { outline: outlineOfCluster(cluster), keys: packed };
  return { head: toHead(`cluster/${cluster.name}`, cluster, about, attempt), inventory: cluster };
}

function toHead(
  source: SourceId,
  inventory: SourceInventory,
  about: Pick<ShareHead, 'outline' | 'keys'>,
  { scanId, runId }: Attempt,
): ShareHead {
  const lists: Readonly<Record<string, Collected<unknown>>> = { ...inventory.sections };
  const count = (section: Collected<unknown> | undefined) => (section?.ok === true ? section.items.length : 0);
  return {
    format: 'strandline-inventory',
    formatVersion: shareFormatVersion,
    source,
    scanId,
    runId,
    ...readingTime(inventory),
    items: Object.values(lists).reduce((sum, section) => sum + count(section), 0),
    volumes: count(lists['persistentVolumes']),
    ...about,
  };
}
