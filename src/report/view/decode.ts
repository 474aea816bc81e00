import type { Finding } from '../../model/finding.ts';
import type { VolumeUsage } from '../../model/scan-result.ts';
import type { ViewContext } from './context.ts';

/** The decoder ring: both names of one thing, side by side. */
export interface DecodedView {
  /** `shop/orders-data`, or in words that the claim is not known. */
  readonly claim: string;
  readonly claimKnown: boolean;
  readonly cluster: string | undefined;
  readonly workload: string | undefined;
  /** `nas01 tank/k8s/pvc-…` */
  readonly storage: string | undefined;
  readonly labels: readonly string[];
}

/** Who owns the finding's resource, and where it lies on the NAS, as far as the result can tell. */
export function decodeFinding(finding: Finding, context: ViewContext): DecodedView {
  const volume = findVolume(finding, context);
  const claim = claimOf(finding, volume);
  return {
    claim: claim ?? 'claim not known',
    claimKnown: claim !== undefined,
    cluster: finding.resource.cluster ?? volume?.cluster ?? clusterOfScope(finding.scope),
    workload: finding.owner.workload,
    storage: storageOf(finding, volume),
    labels: Object.entries(finding.owner.labels ?? {}).map(([key, value]) => `${key}=${value}`),
  };
}

function findVolume(finding: Finding, { volumes }: ViewContext): VolumeUsage | undefined {
  const { resource, owner } = finding;
  if (resource.nas !== undefined) return volumes.byDataset(resource.nas, datasetOf(resource.name));
  if (resource.cluster === undefined) return undefined;
  if (resource.kind === 'PersistentVolume') return volumes.byVolume(resource.cluster, resource.name);
  if (owner.namespace === undefined || owner.claim === undefined) return undefined;
  return volumes.byClaim(resource.cluster, owner.namespace, owner.claim);
}

function claimOf(finding: Finding, volume: VolumeUsage | undefined): string | undefined {
  const { owner, resource } = finding;
  const name = owner.claim ?? volume?.claim;
  const namespace = owner.namespace ?? volume?.namespace ?? resource.namespace;
  if (name !== undefined) return namespace === undefined ? name : `${namespace}/${name}`;
  if (resource.kind === 'PersistentVolumeClaim') return `${resource.namespace ?? '?'}/${resource.name}`;
  return undefined;
}

function storageOf(finding: Finding, volume: VolumeUsage | undefined): string | undefined {
  if (finding.resource.nas !== undefined) return `${finding.resource.nas} ${finding.resource.name}`;
  return volume && `${volume.nas} ${volume.dataset}`;
}

function datasetOf(name: string): string {
  return name.split('@', 1)[0] ?? name;
}

function clusterOfScope(scope: string): string | undefined {
  return /^(?:backend|cluster)\/([^/]+)/.exec(scope)?.[1];
}
