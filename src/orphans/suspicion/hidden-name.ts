import type { Guard } from './guard.ts';
import { doubtAboutName } from './places.ts';

/** The backend keeps its volumes under a name that the NAS hides: their absence from the list says nothing. */
export const hiddenName: Guard = ({ scope }) => {
  const { backend, nas } = scope;
  if (backend === undefined || nas === undefined) return [];
  return [...backend.parents, ...backend.detachedParents].flatMap((parent) => doubtAboutName(nas, parent) ?? []);
};
