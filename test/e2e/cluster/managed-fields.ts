import type { KubeObject } from '../../../src/simulate/estate.ts';

/**
 * With who wrote which field, as the API server notes it on every write: one manager for the object, another for its
 * status. A third of what a list weighs is this.
 */
export function withManagedFields(object: KubeObject): KubeObject {
  const { apiVersion, kind: _kind, metadata, status, ...rest } = object as KubeObject & { readonly status?: unknown };
  const { annotations, finalizers, labels, ownerReferences, creationTimestamp: time } = metadata;
  const written = { metadata: { annotations, finalizers, labels, ownerReferences }, ...rest };
  const entry = { operation: 'Update', apiVersion, time, fieldsType: 'FieldsV1' };
  const managedFields = [
    { manager: 'csi-provisioner', ...entry, fieldsV1: fieldsOf(written) },
    ...(status === undefined
      ? []
      : [{ manager: 'kube-controller-manager', ...entry, fieldsV1: fieldsOf({ status }), subresource: 'status' }]),
  ];
  return { ...object, metadata: { ...metadata, managedFields } };
}

/** Lists count as one field. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(fields.map(([name, each]) => [`f:${name}`, fieldsOf(each)]));
}
