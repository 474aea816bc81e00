import type { Backend } from '../model/backend.ts';
import type { Finding } from '../model/finding.ts';
import type { Proof } from '../model/links.ts';

/**
 * How sure it is that this backend, and no deployment that we do not know of, made the object. High needs a backend
 * declared exclusive, or a proof that carries our instance id or driver name.
 */
export function confidenceIn(backend: Backend | undefined, proofs: readonly Proof[]): Finding['confidence'] {
  if (backend === undefined) return 'low';
  const isNamedOurs = proofs.some(
    (proof) =>
      (proof.kind === 'instanceId' && backend.instanceId !== undefined && proof.value === backend.instanceId) ||
      (proof.kind === 'shareComment' && proof.driver === backend.driver),
  );
  const foreignDriver = proofs.some((proof) => proof.driver !== undefined && proof.driver !== backend.driver);
  if (foreignDriver) return 'low';
  return isNamedOurs || backend.exclusive ? 'high' : 'low';
}
