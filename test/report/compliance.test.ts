import assert from 'node:assert/strict';
import { listConnections } from '../../src/config/list-connections.ts';
import { Config } from '../../src/config/schema.ts';
import type { Collected } from '../../src/model/collected.ts';
import type { ClusterInventory } from '../../src/model/kubernetes.ts';
import type { CheckOutcome } from '../../src/model/scan-result.ts';
import type { NasSections, NfsShare } from '../../src/model/truenas.ts';
import { renderComplianceHtml } from '../../src/report/compliance.ts';
import { buildCompliance, type ComplianceReport } from '../../src/report/view/compliance/build-compliance.ts';
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
  const config = Config.parse({
    clusters: [{ name: 'prod' }],
    nas: [{ name: 'nas01', url: 'https://nas', apiKey: '1-x', tls: { minVersion: 'TLSv1.2' } }],
    pushgateway: { url: 'https://push' },
  });

  function build(
    sections: Partial<NasSections> = {},
    change: { readonly dataset?: string; readonly cluster?: Partial<ClusterInventory>; readonly days?: number } = {},
  ): ComplianceReport {
    const { inventory, ...rest } = makeHealthyEstate();
    const [nas] = inventory.nases;
    const [cluster] = inventory.clusters;
    assert.ok(nas && cluster);
    const changed = {
      ...inventory,
      clusters: [{ ...cluster, ...change.cluster }],
      nases: [{ ...nas, sections: { ...nas.sections, ...sections } }],
    };
    const usage = {
      ...makeResult().usage,
      volumes: [{ ...makeVolume('pv-1'), nas: nas.name, dataset: change.dataset ?? 'tank/a' }],
    };
    const checks: CheckOutcome[] = [
      { id: 'snapshot-expired', scope: 'cluster/prod', status: 'passed', count: 0, undecided: [] },
    ];
    const rule = { snapshotClass: 'fast', maxAgeMs: (change.days ?? 0) * 86_400_000 };
    return buildCompliance(
      changed,
      makeResult({ usage, checks, validation: validateEstate({ inventory: changed, ...rest }) }),
      { connections: listConnections(config), snapshotRetention: change.days === undefined ? [] : [rule] },
    );
  }

  const chapter = (report: ComplianceReport, index: number) =>
    report.chapters[index]?.rows.map(({ state, says }) => [state, says]);
  const access = (sections: Partial<NasSections>, protocol: string) =>
    build(sections)
      .chapters[1]?.rows.filter(({ what }) => what.startsWith(protocol))
      .map(({ what, state, says }) => [what.slice(protocol.length + 1), state, says]);

  it('says of every volume whether it is encrypted, and of nothing else', () => {
    const datasets = [makeDataset('tank/a', { encrypted: true }), makeDataset('tank/other')];
    assert.deepEqual(chapter(build({ datasets: read(datasets) }), 0), [['right', 'encrypted']]);
    assert.deepEqual(chapter(build({ datasets: read([makeDataset('tank/a')]) }), 0), [['look', 'not encrypted']]);
    const { encrypted: _unsaid, ...silent } = makeDataset('tank/a');
    assert.deepEqual(chapter(build({ datasets: read([silent]) }), 0), [
      ['not assessed', 'the NAS does not say whether it is encrypted'],
    ]);
  });

  it('says who may mount an NFS share and what becomes of root', () => {
    const nfsShares = read([share(['10.0.0.0/24'], 'root'), share([]), { ...share([]), enabled: false }]);
    assert.deepEqual(access({ nfsShares }, 'NFS'), [
      ['/mnt/tank/a', 'right', '10.0.0.0/24; root stays root'],
      ['/mnt/tank/a', 'look', 'any client; root becomes nobody'],
    ]);
  });

  it('says who is let into an SMB share', () => {
    const smb = { id: 1, comment: '', enabled: true };
    const smbShares = read([
      { ...smb, name: 'a', admitsGuests: true },
      { ...smb, name: 'b', allowedHosts: ['10.0.0.0/24'], deniedHosts: ['10.0.0.9'] },
    ]);
    assert.deepEqual(access({ smbShares }, 'SMB'), [
      ['a', 'look', 'guests without a password, from any host'],
      ['b', 'right', 'users with a password, from 10.0.0.0/24, not 10.0.0.9'],
    ]);
  });

  it('says who reaches an iSCSI target, and never guesses when the initiators could not be read', () => {
    const iscsiInitiators = read([
      { id: 1, initiators: [], comment: '' },
      { id: 2, initiators: ['iqn.node-1'], comment: '' },
    ]);
    const iscsiTargets = read([
      { id: 1, name: 'open', groups: [{ initiator: 1, authMethod: 'NONE' }] },
      { id: 2, name: 'chap', groups: [{ initiator: 1, authMethod: 'CHAP' }] },
      { id: 3, name: 'named', groups: [{ initiator: 2, authMethod: 'NONE' }] },
      { id: 4, name: 'astray', groups: [{ initiator: 9 }] },
      { id: 5, name: 'nowhere', groups: [] },
      { id: 6, name: 'anybody', groups: [{ portal: 1 }] },
    ]);
    assert.deepEqual(access({ iscsiTargets, iscsiInitiators }, 'iSCSI'), [
      ['open', 'look', 'any initiator, without CHAP'],
      ['chap', 'right', 'any initiator, with CHAP'],
      ['named', 'right', 'iqn.node-1, without CHAP'],
      ['astray', 'look', 'its initiator group 9 does not exist'],
      ['nowhere', 'right', 'no portal offers it'],
      ['anybody', 'look', 'any initiator, without CHAP'],
    ]);
    const blind = access({ iscsiTargets, iscsiInitiators: failed }, 'iSCSI') ?? [];
    assert.deepEqual(
      blind.map(([name, state]) => `${name} ${state}`),
      [
        ...['open', 'chap', 'named', 'astray'].map((name) => `${name} not assessed`),
        'nowhere right',
        'anybody not assessed',
      ],
    );
  });

  it('says whether an NVMe-oF subsystem admits any host', () => {
    const nvmeSubsystems = read([
      { id: 1, name: 'open', allowAnyHost: true },
      { id: 2, name: 'named', allowAnyHost: false },
      { id: 3, name: 'silent' },
    ]);
    assert.deepEqual(access({ nvmeSubsystems }, 'NVMe-oF'), [
      ['open', 'look', 'any host'],
      ['named', 'right', 'named hosts only'],
      ['silent', 'not assessed', 'the NAS does not say who is admitted'],
    ]);
  });

  it('never calls right what could not be read', () => {
    const report = build({
      datasets: failed,
      nfsShares: failed,
      smbShares: failed,
      iscsiTargets: failed,
      nvmeSubsystems: failed,
      account: failed,
    });
    assert.deepEqual(chapter(report, 0), [['not assessed', 'it may not read them']]);
    assert.deepEqual(chapter(report, 1), Array(4).fill(['not assessed', 'it may not read them']));
    assert.deepEqual(chapter(report, 3)?.[0], ['not assessed', 'it may not read them']);
  });

  it('calls retention adhered to only where there is one, and counts the snapshots that have none', () => {
    const { inventory } = makeHealthyEstate();
    const sections = inventory.clusters[0]?.sections;
    assert.ok(sections);
    const snapshot = { uid: 'u', namespace: 'shop', labels: {}, finalizers: [] };
    const volumeSnapshots = read([
      { ...snapshot, name: 's-1', snapshotClass: 'fast' },
      { ...snapshot, name: 's-2', snapshotClass: 'slow' },
      { ...snapshot, name: 's-3', snapshotClass: 'slow', retention: '30d' },
    ]);
    const retention = (days?: number) =>
      chapter(build({}, { cluster: { sections: { ...sections, volumeSnapshots } }, ...(days && { days }) }), 2);
    const adhered = ['right', 'none older than the retention that it has'];

    assert.deepEqual(retention(30), [adhered, ['look', '1 of 3: nothing says how long they may live']]);
    assert.deepEqual(retention(), [adhered, ['look', '2 of 3: nothing says how long they may live']]);
  });

  it('names the account of each NAS with what it holds', () => {
    const account = (roles: readonly string[], isFullAdmin?: boolean) =>
      chapter(build({ account: read([{ username: 'u', roles, ...(isFullAdmin && { isFullAdmin }) }]) }), 3)?.[0];
    assert.deepEqual(account(['READONLY_ADMIN']), ['right', 'holds READONLY_ADMIN']);
    assert.deepEqual(account(['FULL_ADMIN'], true), ['look', 'may do everything']);
    assert.deepEqual(account([]), ['not assessed', 'the NAS does not say which roles it holds']);
  });

  it('says of every connection how it is protected, what config weakens, and what the kubeconfig does', () => {
    const transit = (weakTls?: readonly string[]) =>
      build({}, { cluster: weakTls === undefined ? {} : { weakTls } }).chapters[4]?.rows.map(
        ({ what, state, says }) => `${what} ${state}: ${says}`,
      );
    const right = 'TLS 1.3 or newer, certificate checked against the';
    const others = ['nas nas01 look: TLS 1.2 is accepted (minVersion)', `pushgateway right: ${right} public CAs`];
    assert.deepEqual(transit(), [`clusters prod right: ${right} CA of the kubeconfig or service account`, ...others]);
    assert.deepEqual(transit(['any certificate is accepted']), [
      'clusters prod look: any certificate is accepted',
      ...others,
    ]);
  });

  it('makes no element of a hostile name', () => {
    const page = (name: string) =>
      parseHtml(
        renderComplianceHtml(
          build(
            {
              datasets: read([makeDataset(name)]),
              nfsShares: read([share([name], name)]),
              smbShares: read([{ id: 1, name, comment: '', enabled: true, allowedHosts: [name] }]),
              iscsiTargets: read([{ id: 1, name, groups: [{ initiator: 1 }] }]),
              iscsiInitiators: read([{ id: 1, initiators: [name], comment: '' }]),
              nvmeSubsystems: read([{ id: 1, name, allowAnyHost: true }]),
              account: read([{ username: name, roles: [name] }]),
            },
            { dataset: name, cluster: { weakTls: [name] } },
          ),
          options,
        ),
      );
    const twin = page('harmless');
    for (const hostile of hostileStrings) {
      const tree = page(hostile);
      for (const element of ['script', 'img', 'style', 'svg', 'td', 'tr', 'section'])
        assert.equal(countElements(tree, element), countElements(twin, element), `${element} of ${hostile}`);
    }
  });
});
