import type { RotationReport } from '../model/rotation.ts';
import type { NasApiKey } from '../model/truenas.ts';
import type { ProvenAccount } from './ports.ts';

export type Refusal = Pick<RotationReport, 'because' | 'remedy'>;

export const notListed: Refusal = {
  because: 'the stored key is none that this NAS knows',
  remedy: 'Put a working API key there by hand, or correct rotation.store; then run it again.',
};

/** A key that can write is somebody's tool: a CSI driver, say, that would lose its access with it. */
export function findRefusal(
  current: NasApiKey | undefined,
  proven: ProvenAccount | undefined,
  ownKeyId: number | undefined,
): Refusal | undefined {
  if (current === undefined) return notListed;
  if (current.username === undefined) return { because: 'the NAS does not say whose the stored key is' };
  if (current.id === ownKeyId)
    return {
      because: 'the stored key is the one that manages keys',
      remedy: 'Give rotation.apiKeyFile a key of another account; Strandline reads with a key that can only read.',
    };
  return proven && refuseWide(proven);
}

export function refuseWide({ roles }: ProvenAccount): Refusal | undefined {
  const wide = roles.filter((role) => role !== 'READONLY_ADMIN' && !role.endsWith('_READ'));
  if (wide.length === 0) return undefined;
  return {
    because: `the key can do more than read (${wide.join(', ')}): something else may need it`,
    remedy: 'Give Strandline an account of its own whose only role is READONLY_ADMIN.',
  };
}
