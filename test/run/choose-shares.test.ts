import assert from 'node:assert/strict';
import type { SourceId } from '../../src/model/collected.ts';
import { chooseShares } from '../../src/run/choose-shares.ts';

const now = new Date('2026-11-23T06:00:00Z');
const options = { maxAgeMs: 26 * 3_600_000, now };
const prod = 'cluster/prod';
const staging = 'cluster/staging';
const nas = 'nas/nas01';

interface Read {
  readonly source: SourceId;
  readonly readFrom: string;
  readonly readTo: string;
}

const share = (source: SourceId, readFrom: string, readTo = readFrom): Read => ({ source, readFrom, readTo });

function choose(shares: readonly Read[], clusters: readonly SourceId[] = [prod, staging]) {
  const bySource = Map.groupBy(shares, ({ source }) => source);
  const chosen = chooseShares(clusters, [nas], bySource, options);
  return Object.fromEntries(
    [...chosen].map(([source, choice]) => [source, 'share' in choice ? choice.share.readFrom : choice.because]),
  );
}

describe('[U] run/choose-shares', () => {
  it('takes the newest of each cluster, and of the NAS the newest that was read before all of them', () => {
    const chosen = choose([
      share(prod, '2026-11-23T02:10:00Z'),
      share(staging, '2026-11-23T02:20:00Z'),
      share(nas, '2026-11-23T02:15:00Z'),
      share(nas, '2026-11-23T02:00:00Z', '2026-11-23T02:01:00Z'),
      share(nas, '2026-11-22T02:00:00Z'),
    ]);

    assert.deepEqual(chosen, {
      [prod]: '2026-11-23T02:10:00Z',
      [staging]: '2026-11-23T02:20:00Z',
      [nas]: '2026-11-23T02:00:00Z',
    });
  });

  it('takes no NAS that was still being read when the first cluster was', () => {
    const chosen = choose([
      share(prod, '2026-11-23T02:10:00Z'),
      share(staging, '2026-11-23T02:20:00Z'),
      share(nas, '2026-11-23T02:05:00Z', '2026-11-23T02:10:01Z'),
    ]);

    assert.match(String(chosen[nas]), /was read after a cluster/);
  });

  it('takes one that ended in the moment in which the first cluster began', () => {
    const chosen = choose(
      [share(prod, '2026-11-23T02:10:00Z'), share(nas, '2026-11-23T02:05:00Z', '2026-11-23T02:10:00Z')],
      [prod],
    );

    assert.equal(chosen[nas], '2026-11-23T02:05:00Z');
  });

  it('names a source without a share, and one whose share is a second too old', () => {
    const chosen = choose([share(prod, '2026-11-22T04:00:00Z'), share(nas, '2026-11-22T03:59:59Z')]);

    assert.equal(chosen[prod], '2026-11-22T04:00:00Z');
    assert.equal(chosen[staging], 'no share of cluster/staging is stored');
    assert.match(String(chosen[nas]), /too old/);
  });
});
