import { Config } from '../../src/config/schema.ts';
import { toJudgeOptions } from '../../src/config/to-options.ts';
import type { FindingDraft } from '../../src/model/finding.ts';
import type { JudgeOptions } from '../../src/model/options.ts';

export { noMemory } from './judge-estate.ts';

/** The defaults of config, without any source. */
export function judgeOptions(parts: Partial<JudgeOptions> = {}): JudgeOptions {
  return { ...toJudgeOptions(Config.parse({})), ...parts };
}

export interface DraftParts extends Partial<Omit<FindingDraft, 'resource'>> {
  readonly name?: string;
  readonly nas?: string;
}

/** An orphan dataset. */
export function makeDraft({ name = 'tank/k8s/vols/pvc-1', nas = 'nas01', ...parts }: DraftParts = {}): FindingDraft {
  return {
    check: 'backend-without-volume',
    scope: 'backend/prod/org.democratic-csi.nfs@nas01',
    confidence: 'high',
    resource: { source: `nas/${nas}`, nas, kind: 'Dataset', name },
    owner: {},
    bytes: { reclaimable: 1024 },
    why: 'nothing refers to it',
    evidence: [],
    blockers: [],
    remediation: { steps: [], commands: [], docs: '' },
    premises: [],
    ...parts,
  };
}
