import assert from 'node:assert/strict';
import { demoEstate } from '../../fixtures/estates/demo/demo.ts';
import { explain } from '../../src/explain/explain.ts';
import { renderExplanation } from '../../src/explain/render-explanation.ts';
import { toInventory } from '../support/estate-to-inventory.ts';
import { judgeEstate } from '../support/judge-estate.ts';

const estate = demoEstate();
const inventory = toInventory(estate);
const { links, drafts, outcomes } = judgeEstate(estate);
const judged = { findings: drafts, outcomes };
const ask = (name: string) => explain(inventory, links, judged, name);
const valuesOf = (name: string, what: string) =>
  ask(name).subjects.flatMap(({ chain }) => chain.filter((line) => line.what === what).map(({ value }) => value));

const mounted = links.volumes.find(
  ({ mountedBy, backing, volume }) =>
    backing.status === 'found' &&
    mountedBy.status === 'found' &&
    mountedBy.value.length > 0 &&
    volume.claim !== undefined,
);
if (mounted?.backing.status !== 'found' || mounted.volume.claim === undefined) throw new Error('no mounted volume');
const { volume } = mounted;
const { dataset } = mounted.backing.value;
const claim = `${mounted.volume.claim.namespace}/${mounted.volume.claim.name}`;

describe('[U] explain/explain', () => {
  for (const [what, name] of [
    ['volume', volume.name],
    ['claim', claim],
    ['handle', volume.csi?.handle ?? ''],
    ['dataset', dataset.name],
  ] as const) {
    it(`leads from a ${what} to dataset, claim and pod`, () => {
      assert.ok(valuesOf(name, 'dataset').some((value) => value.startsWith(dataset.name)));
      assert.ok(valuesOf(name, 'claim').some((value) => value.startsWith(claim)));
      assert.ok(valuesOf(name, 'pod').length > 0);
    });
  }

  it('says of every finding what its check said, when asked for the name it carries', () => {
    const datasets = drafts.filter(({ resource }) =>
      ['Dataset', 'Zvol', 'ZfsSnapshot', 'PersistentVolume', 'NfsShare'].includes(resource.kind),
    );
    const silent = datasets.filter(({ check, resource, why }) => {
      if (check === 'parent-unclaimed') return false;
      const verdicts = ask(resource.name).subjects.flatMap((subject) => subject.verdicts);
      return !verdicts.some((verdict) => verdict.check === check && verdict.status === 'found' && verdict.says === why);
    });

    assert.ok(datasets.length > 10);
    assert.deepEqual(
      silent.map(({ check, resource }) => `${check} ${resource.name}`),
      [],
    );
  });

  it('names the clones and tells no size for what they keep', () => {
    const cloned = links.datasets.find(({ clones }) => clones.length > 0);

    const [subject] = ask(cloned?.dataset.name ?? '').subjects;

    assert.deepEqual(
      subject?.dependents.filter(({ what }) => what === 'clone').map(({ value }) => value),
      cloned?.clones,
    );
    assert.equal(subject?.freesBytes, undefined);
  });

  it('explains snapshots and shares by name', () => {
    const snapshot = links.snapshots[0]?.snapshot.name ?? '';
    const share = links.shares[0]?.ref.name ?? '';

    assert.ok(ask(snapshot).subjects.some(({ kind }) => kind === 'ZfsSnapshot'));
    assert.ok(ask(share).subjects.some(({ name }) => name === share));
  });

  it('does not take an unread list for absence', () => {
    const partly = toInventory(estate, { isUnread: (source) => source.startsWith('nas/') });
    const silent = {
      backends: [],
      volumes: [],
      datasets: [],
      snapshots: [],
      contents: [],
      shares: [],
      unclaimedParents: [],
    };

    const text = renderExplanation(explain(partly, silent, { findings: [], outcomes: [] }, 'tank/gone'));

    assert.match(text, /^Nothing is named tank\/gone\. Not every list was read/);
    assert.match(text, /^Not read: nas\/\S+ datasets:/m);
  });

  it('prints a chain, what depends on it and what the checks say, one fact a line', () => {
    const text = renderExplanation(ask(dataset.name));

    assert.match(text, /^(Dataset|Zvol) /);
    assert.match(text, /^ {2}What the checks say:$/m);
    assert.match(text, /backend-without-volume: passed/);
  });
});
