import assert from 'node:assert/strict';
import { releaseEstate } from '../../../fixtures/estates/checks/releases.ts';
import { startEstateServers } from '../../../src/cli/demo/estate-servers.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import type { ScanResult } from '../../../src/model/scan-result.ts';
import type { RunOutcome } from '../../../src/run/ports.ts';
import { wirePorts } from '../../../src/run/wire.ts';
import type { CallLog } from '../../../src/simulate/call-log.ts';
import type { Release } from '../../../src/simulate/estate.ts';
import { connectionFaults, type FaultInjector, type FaultKind, faultKinds } from '../../../src/simulate/faults.ts';
import { groupBy } from '../../../src/util/groups.ts';

/** Both transports: REST on 24.10, JSON-RPC on 25.10. */
const releases: readonly Release[] = ['24.10', '25.10'];
/** The answer is right, only late. */
const harmless: readonly FaultKind[] = ['latency'];
/** A complete, valid, empty answer: nobody can tell by the answer alone, only by what the other side says. */
const undetectable: readonly FaultKind[] = ['emptyList'];

/**
 * Calls whose answer is no list that a verdict rests on: the names of versions, and identities, which only the guard
 * against a changed identity asks for (its own tests show that it holds back when history knows one).
 */
const carriesNoList: readonly string[] = [
  '/version',
  '/api/versions',
  '/api/v1/namespaces/kube-system',
  'system.host_id',
  '/api/v2.0/system/host_id',
  'system.info',
  '/api/v2.0/system/info',
  'auth.me',
  '/api/v2.0/auth/me',
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', // what our account may do: only rules about rights ask
  'zfs.resource.query', // adds guid and createtxg to datasets that another list names
];

/** Releases differ in whether they have it: an unknown method there is an answer. */
const mayBeUnknown: readonly string[] = ['nvmet.global.sessions'];

/** Nobody is connected: no other list can contradict that. */
const emptyIsPossible = /sessions|clients|smb[./]status/;

interface Objection {
  readonly label: string;
  readonly kind: FaultKind;
  readonly objection: string;
}

/** One line per call and objection, with the faults that raised it. */
function byCallAndObjection(all: readonly Objection[]): string[] {
  const lines = groupBy(all, ({ label, objection }) => `${label}: ${objection}`);
  return [...lines].map(([line, members]) => `${line} (${members.map(({ kind }) => kind).join(', ')})`);
}

/** Nearly all of the time is waiting for calls that are never answered: the waits overlap, each lane on servers of its own. */
const lanes = 4;

for (const release of releases) {
  describe(`[I] run: every call × every fault, ${release}`, function () {
    this.timeout(900_000);

    it('reports no orphan from what was not read, says what was not assessed, and ends in time', async () => {
      const opened = await Promise.all(Array.from({ length: lanes }, () => openLane(release)));
      try {
        const [first] = opened;
        assert.ok(first);
        const healthy = (await first.scan('healthy')).result;
        assert.equal(healthy.scan.complete, true, JSON.stringify(healthy.summary.notAssessed));
        const calls = first.systems.flatMap(({ log }) => log.calls());
        const ordinary = faultKinds.filter((kind) => !connectionFaults.includes(kind));
        const combinations = [
          ...calls.flatMap((each) => ordinary.map((kind) => ({ ...each, kind }))),
          ...first.systems.flatMap(({ name }) => connectionFaults.map((kind) => ({ system: name, call: '*', kind }))),
        ];
        const wanted = calls.length * ordinary.length + first.systems.length * connectionFaults.length;
        const failures: Objection[] = [];
        let ran = 0;
        let fired = 0;
        const queue = combinations.values();
        const work = async ({ systems, scan }: Lane): Promise<void> => {
          for (const { system, call, kind } of queue) {
            const faults = systems.find(({ name }) => name === system)?.faults;
            assert.ok(faults);
            faults.set([{ system, call, kind, delayMs: 30 }]);
            const startedAt = Date.now();
            const outcome = await scan(`run-${ran}`);
            ran += 1;
            const objections = judgeRun(healthy, outcome, kind, call);
            if (faults.firedCount() > 0) fired += 1;
            else objections.push('the fault never fired');
            if (Date.now() - startedAt > 25_000) objections.push('it went on beyond the deadline');
            failures.push(...objections.map((objection) => ({ label: `${system} ${call}`, kind, objection })));
            faults.set([]);
          }
        };
        await Promise.all(opened.map(work));
        process.stdout.write(`      ${release}: ${calls.length} calls, ${ran} combinations ran, ${fired} fired\n`);
        assert.deepEqual(byCallAndObjection(failures), [], `${failures.length} objections in ${ran} runs`);
        assert.equal(ran, wanted, 'fewer combinations ran than the request log demands');
      } finally {
        await Promise.all(opened.map((lane) => lane.close()));
      }
    });
  });
}

interface Lane {
  readonly systems: readonly { readonly name: string; readonly log: CallLog; readonly faults: FaultInjector }[];
  scan(id: string): Promise<RunOutcome>;
  close(): Promise<void>;
}

/** Servers of its own for the estate. */
async function openLane(release: Release): Promise<Lane> {
  const servers = await startEstateServers(releaseEstate(release), {
    history: { enabled: false },
    limits: { callTimeout: '2s', scanDeadline: '20s' },
  });
  const scan = async (id: string): Promise<RunOutcome> => {
    const { config } = loadConfig({ file: servers.configFile, env: {} });
    return wirePorts({ retry: { retries: 1, baseMs: 5, maxMs: 20 } }).runScan(config, {
      logger: silentLogger,
      now: servers.now,
      scanId: id,
      runId: id,
      signal: new AbortController().signal,
      progress: () => {},
    });
  };
  const systems = [
    ...servers.clusters.map(({ state, log, faults }) => ({ name: `cluster/${state.name}`, log, faults })),
    ...servers.nases.map(({ state, log, faults }) => ({ name: `nas/${state.name}`, log, faults })),
  ];
  return { systems, scan, close: () => servers.close() };
}

function judgeRun(healthy: ScanResult, { result, problems }: RunOutcome, kind: FaultKind, call: string): string[] {
  const known = new Set(healthy.findings.map((finding) => finding.id));
  const invented = result.findings.filter((finding) => !known.has(finding.id));
  const isOpen = kind === 'emptyList' && emptyIsPossible.test(call);
  const objections = (isOpen ? [] : invented).map(
    (finding) => `invented ${finding.check} on ${finding.resource.kind} ${finding.resource.name}`,
  );
  if (harmless.includes(kind)) {
    if (!result.scan.complete) objections.push(`incomplete: ${JSON.stringify(result.summary.notAssessed[0])}`);
    if (result.findings.length !== healthy.findings.length)
      objections.push('findings differ although the answer was right');
    return objections;
  }
  const isSame = result.scan.complete && result.findings.length === healthy.findings.length && objections.length === 0;
  if (kind === 'notFound' && mayBeUnknown.includes(call)) return objections;
  if (kind === 'halfPage' && isByName(call) && isSame) return []; // half of a 404 is still a 404
  if (undetectable.includes(kind) || carriesNoList.includes(call)) return objections;
  if (result.scan.complete) objections.push('said to be complete');
  if (!problems.some((problem) => problem.kind === 'incomplete'))
    objections.push('no problem "incomplete": exit would not be 3');
  if (result.summary.status === 'OK') objections.push('status OK although something was not read');
  if (result.summary.notAssessed.length === 0) objections.push('nothing named as not assessed');
  return objections;
}

/** The second reading asks for single objects: `…/persistentvolumes/pvc-…`. */
function isByName(call: string): boolean {
  return /\/(?:persistentvolumes|persistentvolumeclaims|volumesnapshots|volumesnapshotcontents|volumeattachments|nodes)\/[^/]+$/.test(
    call,
  );
}
