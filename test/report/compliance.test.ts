import assert from 'node:assert/strict';
import { listTlsNotes } from '../../src/config/list-connections.ts';
import { Config } from '../../src/config/schema.ts';
import type { Collected } from '../../src/model/collected.ts';
import type { Dataset, NfsShare } from '../../src/model/truenas.ts';
import { renderComplianceHtml } from '../../src/report/compliance.ts';
import { buildCompliance, type ComplianceReport } from '../../src/report/view/compliance.ts';
import { makeHealthyEstate } from '../support/healthy-estate.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { countElements, parseHtml } from '../support/html-tree.ts';
import { makeDataset, read } from '../support/make-inventory.ts';
import { makeResult } from '../support/make-result.ts';
import { makeVolume } from '../support/stored-result.ts';
import { validateEstate } from '../support/validate-estate.ts';

const options = { timeZone: 'UTC', locale: 'en', paper: 'A4', now: new Date('2026-11-23T06:00:00Z') } as const;
const failed: Collected<never> = {
  ok: false,
  error: { code: 'forbidden', message: 'it may not read them' },
  takenAt: '2026-11-23T05:00:00Z',
};

function share(networks: readonly string[], maprootUser?: string): NfsShare {
  return {
    id: 1,
    paths: ['/mnt/tank/a'],
    comment: '',
    enabled: true,
    networks,
    hosts: [],
    ...(maprootUser && { maprootUser }),
  };
}

describe('[U] report/compliance', () => {
  function build(datasets: Collected<Dataset>, nfsShares: Collected<NfsShare>, name = 'tank/a'): ComplianceReport {
    const { inventory, ...rest } = makeHealthyEstate();
    const [nas] = inventory.nases;
    assert.ok(nas);
    const changed = { ...inventory, nases: [{ ...nas, sections: { ...nas.sections, datasets, nfsShares } }] };
    const usage = { ...makeResult().usage, volumes: [{ ...makeVolume('pv-1'), nas: nas.name, dataset: name }] };
    const config = Config.parse({
      nas: [{ name: 'nas01', url: 'https://nas', apiKey: '1-x', tls: { minVersion: 'TLSv1.2' } }],
    });
    const notes = listTlsNotes(config).map((text) => ({ kind: 'weakTls', text }));
    return buildCompliance(
      changed,
      makeResult({ usage, notes, validation: validateEstate({ inventory: changed, ...rest }) }),
    );
  }

  const chapter = (report: ComplianceReport, index: number) =>
    report.chapters[index]?.rows.map(({ state, says }) => [state, says]);

  it('says of every volume whether it is encrypted, and of nothing else', () => {
    const datasets = [makeDataset('tank/a', { encrypted: true }), makeDataset('tank/other')];
    assert.deepEqual(chapter(build(read(datasets), read([])), 0), [['right', 'encrypted']]);
    assert.deepEqual(chapter(build(read([makeDataset('tank/a')]), read([])), 0), [['look', 'not encrypted']]);
  });

  it('says who may mount a share and what becomes of root', () => {
    const shares = read([share(['10.0.0.0/24'], 'root'), share([])]);
    assert.deepEqual(chapter(build(read([]), shares), 1), [
      ['right', '10.0.0.0/24; root stays root'],
      ['look', 'any client; root becomes nobody'],
    ]);
  });

  it('never calls right what could not be read', () => {
    const report = build(failed, failed);
    assert.deepEqual(chapter(report, 0), [['not assessed', 'it may not read them']]);
    assert.deepEqual(chapter(report, 1), [['not assessed', 'it may not read them']]);
  });

  it('names weakened TLS', () => {
    assert.deepEqual(chapter(build(read([]), read([])), 4), [['look', 'nas nas01: TLS 1.2 is accepted (minVersion)']]);
  });

  it('makes no element of a hostile name', () => {
    const page = (name: string) =>
      parseHtml(renderComplianceHtml(build(read([makeDataset(name)]), read([]), name), options));
    const twin = page('harmless');
    for (const hostile of hostileStrings)
      for (const element of ['script', 'img', 'style', 'svg', 'td', 'tr', 'section'])
        assert.equal(countElements(page(hostile), element), countElements(twin, element), `${element} of ${hostile}`);
  });
});
