import assert from 'node:assert/strict';
import { collectNas } from '../../../src/collect/truenas/open-nas.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import type { NasInventory } from '../../../src/model/truenas.ts';
import type { FaultKind } from '../../../src/simulate/faults.ts';
import type { TrueNasSimulator } from '../../../src/simulate/truenas/server.ts';
import { nasTarget, quickRetry } from '../../support/nas-target.ts';
import { withNas } from '../../support/with-nas.ts';

const deps = { log: silentLogger, retry: quickRetry, env: {} };
const target = (nas: TrueNasSimulator) => nasTarget(nas, { callTimeoutMs: 20_000 });

/** The lists of an inventory as they compare: without the time they were read at. */
function listsOf({ sections }: NasInventory): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(sections).map(([name, list]) => [
      name,
      list.ok ? JSON.stringify({ ...list, takenAt: '' }) : `failed: ${list.error.code}`,
    ]),
  );
}

/** Which lists need which call; what is missing here may only ever touch the list that a reading alone would. */
const needs: Readonly<Record<string, readonly string[]>> = {
  'pool.query': ['pools', 'datasets', 'snapshots'],
  'pool.dataset.query': ['datasets'],
  'zfs.resource.query': ['datasets'],
  'pool.snapshot.query': ['snapshots'],
  'zfs.resource.snapshot.query': ['snapshots'],
  'nvmet.subsys.query': ['nvmeSubsystems', 'nvmeSessions'],
  '/api/v2.0/pool': ['pools'],
  '/api/v2.0/pool/dataset': ['datasets'],
  '/api/v2.0/zfs/snapshot': ['snapshots'],
};
/** Without these a run cannot begin, or no list needs them. */
const apart =
  /^(auth\.login.*|system\.version|system\.host_id|\/api\/versions|\/api\/current|\/api\/v2\.0\/system\/(version|host_id))$/;

/** What is only good to have may change, but never the number of items. */
const lenient: Readonly<Record<string, readonly FaultKind[]>> = {
  'zfs.resource.query': ['forbidden', 'notFound'],
  'system.info': ['forbidden', 'notFound'],
  '/api/v2.0/system/info': ['forbidden', 'notFound'],
  'auth.me': ['notFound'],
  'nvmet.global.sessions': ['notFound'],
  '/api/v2.0/auth/me': ['notFound'],
};

const codes: Partial<Record<FaultKind, readonly string[]>> = {
  forbidden: ['forbidden'],
  serverError: ['server'],
  tooManyRequests: ['rateLimited'],
  hang: ['timeout'],
  cut: ['unreachable', 'badAnswer'],
  wrongJson: ['badAnswer'],
  halfPage: ['badAnswer'],
  notFound: ['notFound'],
  unauthorized: ['unauthenticated'],
};

async function callsOf(nas: TrueNasSimulator): Promise<readonly string[]> {
  const calls = [...new Set(nas.log.records.map(({ call }) => call))];
  return calls.filter((call) => !apart.test(call));
}

describe('[I] collect/truenas/faults', function () {
  this.timeout(180_000);

  for (const [release, kinds] of [
    ['25.10', ['forbidden', 'cut', 'wrongJson', 'notFound', 'tooManyRequests']],
    ['26', ['serverError', 'halfPage']],
    ['24.10', ['forbidden', 'cut', 'halfPage', 'wrongJson']],
  ] as const) {
    for (const kind of kinds) {
      it(`fails the list whose call meets ${kind}, and leaves all others as they are: ${release}`, () =>
        withNas({ release }, async (nas) => {
          const healthy = listsOf(await collectNas(target(nas), deps));
          const calls = await callsOf(nas);
          assert.ok(calls.length > 15, `only ${calls.length} calls seen`);

          for (const call of calls) {
            nas.faults.set([{ system: 'nas/nas01', call, kind }]);
            const hit = listsOf(await collectNas(target(nas), deps));

            assert.ok(nas.faults.firedCount() > 0, `${call} was not called again`);
            const changed = [...hit].filter(([name, list]) => list !== healthy.get(name));
            const allowed = needs[call];
            assert.ok(changed.length > 0, `${call} ${kind}: nobody noticed`);
            assert.ok(changed.length <= (allowed?.length ?? 1), `${call} ${kind}: ${JSON.stringify(changed)}`);
            for (const [name, list] of changed) {
              if (allowed !== undefined) assert.ok(allowed.includes(name), `${call} ${kind} touched ${name}: ${list}`);
              if (lenient[call]?.includes(kind) === true) continue;
              assert.ok(
                codes[kind]?.some((code) => list === `failed: ${code}`),
                `${call} ${kind}: ${name} ${list}`,
              );
            }
          }
        }));
    }
  }

  for (const release of ['25.10', '24.10'] as const) {
    const calls =
      release === '25.10'
        ? ['pool.dataset.query', 'sharing.nfs.query']
        : ['/api/v2.0/pool/dataset', '/api/v2.0/iscsi/target'];
    for (const kind of ['cut', 'tooManyRequests', 'unavailable'] as const) {
      it(`gets over one ${kind}: ${release}`, () =>
        withNas({ release }, async (nas) => {
          const healthy = listsOf(await collectNas(target(nas), deps));
          for (const call of calls) {
            nas.faults.set([{ system: 'nas/nas01', call, kind, times: 1 }]);

            assert.deepEqual(listsOf(await collectNas(target(nas), deps)), healthy);
            assert.equal(nas.faults.firedCount(), 1);
          }
        }));
    }

    it(`does not hang on a call that is never answered: ${release}`, () =>
      withNas({ release }, async (nas) => {
        for (const call of calls) {
          nas.faults.set([{ system: 'nas/nas01', call, kind: 'hang' }]);
          const started = Date.now();

          const failed = [...listsOf(await collectNas(target(nas), deps))].filter(([, list]) =>
            list.startsWith('failed'),
          );

          assert.equal(failed.length, 1);
          assert.equal(failed[0]?.[1], 'failed: timeout');
          assert.ok(Date.now() - started < 30_000);
        }
      }));

    it(`ends with the deadline of the run, each list failed: ${release}`, () =>
      withNas({ release }, async (nas) => {
        nas.faults.set(['*'].map((call) => ({ system: 'nas/nas01', call, kind: 'latency' as const, delayMs: 150 })));
        const started = Date.now();

        const lists = listsOf(
          await collectNas(nasTarget(nas), { ...deps, signal: AbortSignal.timeout(release === '25.10' ? 550 : 400) }),
        );

        assert.ok(Date.now() - started < 15_000);
        for (const [name, list] of lists) {
          if (!list.startsWith('failed')) continue;
          assert.match(list, /failed: (timeout|notAsked)/, name);
        }
        assert.ok([...lists.values()].some((list) => list.startsWith('failed')));
      }));
  }
});
