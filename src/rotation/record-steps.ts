import type { RotationStep } from '../model/rotation.ts';
import { leaveTrace } from '../util/trail.ts';
import type { CreatedKey } from './ports.ts';

/** What was done, for the report and the audit log. */
export interface Recorder {
  readonly steps: readonly RotationStep[];
  step<T>(what: RotationStep['what'], keyId: number, work: () => Promise<T>): Promise<T>;
  /** The step that gives the key its id. */
  make(work: () => Promise<CreatedKey>): Promise<CreatedKey>;
  /** Seen, and not done in this run. */
  leave(what: RotationStep['what'], keyId: number, note: string): void;
}

export function createRecorder(system: string): Recorder {
  const steps: RotationStep[] = [];
  const note = (step: RotationStep) => {
    steps.push(step);
    const { what, status, keyId } = step;
    leaveTrace({ kind: 'rotation', system, step: what, outcome: status, ...(keyId !== undefined && { keyId }) });
  };
  const attempt = async <T>(what: RotationStep['what'], keyId: number | undefined, work: () => Promise<T>) => {
    try {
      return await work();
    } catch (error) {
      const why = error instanceof Error ? { note: error.message } : {};
      note({ what, status: 'failed', ...(keyId !== undefined && { keyId }), ...why });
      throw error;
    }
  };
  return {
    steps,
    async step(what, keyId, work) {
      const result = await attempt(what, keyId, work);
      note({ what, keyId, status: 'done' });
      return result;
    },
    async make(work) {
      const made = await attempt('create', undefined, work);
      note({ what: 'create', keyId: made.id, status: 'done' });
      return made;
    },
    leave: (what, keyId, why) => note({ what, keyId, status: 'later', note: why }),
  };
}
