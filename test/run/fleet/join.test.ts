import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { newRandom } from '../../../fixtures/builder/random.ts';
import type { ScanResult } from '../../../src/model/scan-result.ts';
import type { Share, ShareHead } from '../../../src/model/share.ts';
import { joinInParts, scanInOnePiece } from '../../support/join-fleet.ts';
import { crossFleet, crossings, makeFleet } from '../../support/make-fleet.ts';

const fleets = Number(process.env['FLEETS'] ?? 12);

/** All but times, and the note that only the joining step makes. Order means nothing where nobody promised one. */
function said(result: ScanResult) {
  const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).toSorted();
  const { findings, usage, summary, scan, checks, sections, notes, validation, scope } = result;
  return {
    findings,
    summary,
    complete: scan.complete,
    scope,
    sections,
    usage: { ...usage, notAssessed: sorted(usage.notAssessed) },
    checks: sorted(checks),
    notes: sorted(notes.filter(({ kind }) => kind !== 'joined')),
    validation: { ...validation, results: sorted(validation.results) },
  };
}

/** A share that tells nobody what can be found in it, what failed, or what it contradicts. */
function unaware(share: Share): Share {
  const { outline } = share.head;
  const read = (section: object) => [{ ok: true, items: [], takenAt: Reflect.get(section, 'takenAt') }];
  const sections = Object.entries(outline.sections).map(([name, section]) => [name, ...read(section)]);
  const empty = { ...outline, sections: Object.fromEntries(sections) } as ShareHead['outline'];
  return { ...share, head: { ...share.head, outline: empty, keys: { keys: '' } } };
}

function readAt(share: Share, time: string): Share {
  return { ...share, head: { ...share.head, readFrom: time, readTo: time } };
}

function partial({ head, inventory }: Share): Share {
  const error = { code: 'forbidden', message: 'persistentvolumes is forbidden' } as const;
  const persistentVolumes = { ok: false, error, takenAt: head.readFrom } as const;
  const cut = (of: typeof inventory) =>
    ({ ...of, sections: { ...of.sections, persistentVolumes } }) as typeof inventory;
  return { head: { ...head, outline: cut(head.outline) }, inventory: cut(inventory) };
}

function isExclusive({ scope: { backends } }: ScanResult, scope: string): boolean {
  return backends.some(({ id, exclusive }) => id === scope && exclusive);
}

describe('[U] run/fleet/join', function () {
  this.timeout(120_000);

  it('says of random fleets in parts what one piece says, and parts them', async () => {
    let [findings, parts] = [0, 0];
    for (let seed = 1; seed <= fleets; seed += 1) {
      const fleet = makeFleet(seed, { groups: 3, volumesEach: 50 });
      const joined = await joinInParts(fleet);

      assert.deepEqual(said(joined.result), said(await scanInOnePiece(fleet)), `fleet ${seed}`);
      findings += joined.result.findings.length;
      parts += joined.parts.length;
    }
    assert.ok(findings > 10 * fleets, String(findings));
    assert.ok(parts >= 3 * fleets, `${parts} parts of ${fleets} fleets`);
  });

  it('says the same of fleets in which several of these meet', async () => {
    const names = Object.keys(crossings);
    for (let seed = 1; seed <= fleets; seed += 1) {
      const random = newRandom(seed);
      const some = Array.from({ length: random.int(2, 12) }, () => random.pick(names));
      const fleet = crossFleet(makeFleet(seed, { groups: random.int(2, 4), volumesEach: 50 }), seed, some);

      const { result } = await joinInParts(fleet, { partItems: random.pick([1, 400, 100_000]) });

      assert.deepEqual(said(result), said(await scanInOnePiece(fleet)), `fleet ${seed}: ${some.join(', ')}`);
    }
  });

  it('says the same of ten clusters of a thousand volumes each', async () => {
    const fleet = makeFleet(7, { groups: 5, volumesEach: 2000, clustersEach: 2 });
    const volumes = fleet.inventory.clusters.map(({ sections: { persistentVolumes } }) =>
      persistentVolumes.ok ? persistentVolumes.items.length : 0,
    );

    const { result, parts } = await joinInParts(fleet);

    assert.equal(volumes.length, 10);
    assert.ok(volumes.reduce((sum, count) => sum + count, 0) > 9000, String(volumes));
    assert.ok(parts.length >= 5, String(parts));
    assert.deepEqual(said(result), said(await scanInOnePiece(fleet)));
  });

  const lacks: Readonly<Record<string, (share: Share) => Share[]>> = {
    'is missing': () => [],
    'is too old': (share) => [readAt(share, '2026-11-21T02:00:00.000Z')],
    'was read in part': (share) => [partial(share)],
  };
  for (const [lack, change] of Object.entries(lacks)) {
    it(`says first that nothing was assessed where the share of a cluster ${lack}, and calls nothing an orphan for it`, async () => {
      for (let seed = 1; seed <= fleets / 3; seed += 1) {
        const fleet = makeFleet(seed, { groups: 2, volumesEach: 50 });
        const whole = await joinInParts(fleet);
        const lost = `cluster/${fleet.inventory.clusters[0]?.name}`;

        const { result } = await joinInParts(fleet, {
          change: (shares) => shares.flatMap((share) => (share.head.source === lost ? change(share) : [share])),
        });

        const known = new Set(whole.result.findings.map(({ id }) => id));
        assert.deepEqual(
          // That a parent belongs to nobody who is known is said of it because nothing below it was judged.
          result.findings.filter(({ id, check }) => !known.has(id) && check !== 'parent-unclaimed'),
          [],
        );
        assert.equal(result.scan.complete, false);
        assert.notEqual(result.summary.status, 'OK');
        assert.match(result.summary.sentence, /^Not everything could be assessed/);
        const shared = result.findings.filter(
          ({ check, scope }) => check === 'backend-without-volume' && !isExclusive(result, scope),
        );
        assert.deepEqual(shared, []);
      }
    });
  }

  it('judges nothing on a NAS whose only share was read after a cluster', async () => {
    const fleet = makeFleet(3, { groups: 2, volumesEach: 50 });
    const late = fleet.inventory.nases[0]?.name;

    const { result } = await joinInParts(fleet, {
      change: (shares) =>
        shares.map((share) =>
          share.head.source === `nas/${late}` ? readAt(share, '2026-11-23T02:30:00.000Z') : share,
        ),
    });

    const there = result.findings.filter(({ resource, scope }) => resource.nas === late || scope.endsWith(`@${late}`));
    assert.deepEqual(
      there.filter(({ check }) => check.startsWith('backend-') || check === 'volume-without-backend'),
      [],
    );
    assert.match(result.summary.notAssessed[0]?.because ?? '', /was read after a cluster/);
  });

  it('lists the largest volumes, counts all of them and hands all of them to history', async () => {
    const fleet = makeFleet(5, { groups: 3, volumesEach: 60 });
    const limited = { ...fleet, config: { ...fleet.config, limits: { joinedVolumes: 40 } } };
    const whole = await joinInParts(fleet);

    const { result, ahead } = await joinInParts(limited);

    const { volumes, volumesLeftOut, ...sums } = result.usage;
    const { volumes: all, ...wholeSums } = whole.result.usage;
    const bySize = all.toSorted((a, b) => (b.usedBytes ?? -1) - (a.usedBytes ?? -1));
    assert.equal(volumes.length, 40);
    assert.equal(volumesLeftOut, all.length - 40);
    assert.equal(Math.min(...volumes.map(({ usedBytes = -1 }) => usedBytes)), bySize[39]?.usedBytes);
    assert.deepEqual(sums, wholeSums);
    assert.deepEqual(result.findings, whole.result.findings);
    assert.deepEqual(new Set(ahead.map(({ uid }) => uid)), new Set(all.map(({ uid }) => uid)));
    assert.deepEqual([whole.ahead, whole.result.usage.volumesLeftOut], [[], undefined]);
    assert.match(result.notes.find(({ kind }) => kind === 'volumesLeftOut')?.text ?? '', /the 40 largest volumes/);
  });

  for (const name of Object.keys(crossings)) {
    it(`says the same in parts as in one piece with ${name}`, async () => {
      let mattered = 0;
      for (let seed = 1; seed <= Math.max(4, fleets / 3); seed += 1) {
        const plain = makeFleet(seed, { groups: 2, volumesEach: 50 });
        const fleet = crossFleet(plain, seed, Array(6).fill(name));

        const { result } = await joinInParts(fleet);

        const whole = await scanInOnePiece(fleet);
        assert.deepEqual(said(result), said(whole), `fleet ${seed}`);
        const apart = await joinInParts(fleet, { change: (shares) => shares.map(unaware) });
        if (!isDeepStrictEqual(said(apart.result), said(whole))) mattered += 1;
      }
      // The NAS's own volumes name targets too, as a rule: test/correlate/outline.test.ts has the case that matters.
      assert.ok(
        mattered > 0 || name.startsWith('no targets'),
        'parts that know nothing of each other would say the same',
      );
    });
  }
});
