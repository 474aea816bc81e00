import type { ShareKind } from '../model/links.ts';
import type { RuleView } from '../model/rule.ts';

/** Ids of the shares, extents or namespaces that serve the backend's volumes. */
export function shareIdsOfVolumes(
  { links, backend }: Pick<RuleView, 'links' | 'backend'>,
  kind: ShareKind,
): Set<number> {
  return new Set(
    links.volumes.flatMap((link) =>
      link.backend?.id === backend?.id && link.share.status === 'found' && link.share.value.kind === kind
        ? [link.share.value.id]
        : [],
    ),
  );
}
