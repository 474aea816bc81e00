import type { Usage } from '../model/scan-result.ts';

/** Of parts of a fleet that share no cluster and no NAS: no group and no pool stands in two of them. */
export function mergeUsage(parts: readonly Usage[]): Usage {
  const gaps = parts.flatMap(({ notAssessed }) => notAssessed);
  return {
    volumes: parts.flatMap(({ volumes }) => volumes),
    namespaces: parts.flatMap(({ namespaces }) => namespaces).sort(byKey),
    storageClasses: parts.flatMap(({ storageClasses }) => storageClasses).sort(byKey),
    backends: parts.flatMap(({ backends }) => backends).sort(byKey),
    pools: parts.flatMap(({ pools }) => pools),
    snapshotOrigins: parts
      .flatMap(({ snapshotOrigins }) => snapshotOrigins)
      .sort((a, b) => (`${a.nas} ${a.origin}` < `${b.nas} ${b.origin}` ? -1 : 1)),
    // A list that failed is a gap in the eyes of every part.
    notAssessed: [...new Map(gaps.map((gap) => [`${gap.what}\n${gap.because}`, gap])).values()],
  };
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1;
}
