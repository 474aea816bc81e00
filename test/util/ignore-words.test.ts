import assert from 'node:assert/strict';
import { describeIgnoredBy, rulesToReview } from '../../src/util/ignore-words.ts';

const rule = { rule: 'old-tests', from: 'config', reason: 'kept for the audit', matched: 1 } as const;

describe('[U] util/ignore-words', () => {
  it('names rules that expired, end soon or match nothing, and no others', () => {
    const said = rulesToReview({
      ignoreRules: [
        { ...rule, state: 'active' },
        { ...rule, state: 'expired', owner: 'ada', until: '2026-10-01T00:00:00.000Z' },
        { ...rule, state: 'expiresSoon', until: '2026-12-01T00:00:00.000Z' },
        { ...rule, state: 'dead', matched: 0 },
      ],
    });

    assert.deepEqual(said, [
      'Ignore rule old-tests of ada expired on 2026-10-01: what it left out counts again.',
      'Ignore rule old-tests expires on 2026-12-01.',
      'Ignore rule old-tests matches nothing any more: remove it.',
    ]);
  });

  it('tells marks that match nothing together, naming the first three', () => {
    const idle = (name: string) => ({ ...rule, rule: name, from: 'object', state: 'dead', matched: 0 }) as const;
    const names = ['PersistentVolume pv-1', 'Dataset tank/a', 'Zvol tank/b', 'Zvol tank/c', 'Zvol tank/d'];

    assert.deepEqual(rulesToReview({ ignoreRules: names.slice(0, 1).map(idle) }), [
      '1 ignore mark matches no finding now: PersistentVolume pv-1. Remove what is not meant for later.',
    ]);
    assert.deepEqual(rulesToReview({ ignoreRules: names.slice(0, 3).map(idle) }), [
      '3 ignore marks match no finding now: PersistentVolume pv-1, Dataset tank/a, Zvol tank/b. Remove what is not meant for later.',
    ]);
    assert.deepEqual(rulesToReview({ ignoreRules: names.map(idle) }), [
      '5 ignore marks match no finding now: PersistentVolume pv-1, Dataset tank/a, Zvol tank/b, 2 more. Remove what is not meant for later.',
    ]);
  });

  it('says why, by whom and until when', () => {
    assert.equal(describeIgnoredBy({ reason: 'audit' }), 'audit');
    assert.equal(
      describeIgnoredBy({ reason: 'audit', owner: 'ada', until: '2026-12-01T00:00:00.000Z' }),
      'audit, ada, until 2026-12-01',
    );
  });
});
