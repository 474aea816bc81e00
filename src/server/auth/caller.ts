/** Who sent a request, once the token was found to be good. */
export interface Caller {
  /** As RBAC and grants know him. */
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  readonly via: 'jwt' | 'kubernetes';
  /** When the token ends, where it says so. */
  readonly expiresAtMs?: number;
}

/** What a caller sees: everything, or what belongs to these namespaces (`CLUSTER/NAMESPACE`). */
export type View = { readonly isAll: true } | { readonly isAll: false; readonly namespaces: ReadonlySet<string> };

export function sees(view: View, namespace: string | undefined): boolean {
  return view.isAll || (namespace !== undefined && view.namespaces.has(namespace));
}

/** The same for callers that see the same: what was made for one may be given to the other. */
export function keyOfView(view: View): string {
  return view.isAll ? '*' : [...view.namespaces].toSorted().join(',');
}
