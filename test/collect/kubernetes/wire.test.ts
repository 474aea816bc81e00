import assert from 'node:assert/strict';
import { clusterSectionNames } from '../../../src/collect/kubernetes/index.ts';
import type { SectionErrorCode } from '../../../src/model/collected.ts';
import type { FaultKind } from '../../../src/simulate/faults.ts';
import { FaultInjector } from '../../../src/simulate/faults.ts';
import { makeClusterState, makeVolumes } from '../../support/cluster-state.ts';
import { closeSimulated, openSimulated } from '../../support/open-simulated.ts';

const path = '/api/v1/persistentvolumes';
const small = { target: { pageSize: 2 } };

describe('[U] collect/kubernetes on the wire', () => {
  afterEach(closeSimulated);

  it('reads every section of a healthy cluster over one connection pool', async () => {
    const { simulator, cluster } = await openSimulated(makeClusterState(makeVolumes(5)), small);

    const inventory = await cluster.collect();

    const failed = clusterSectionNames.filter((name) => !inventory.sections[name].ok);
    assert.deepEqual(failed, []);
    assert.equal(inventory.uid, 'uid-of-kube-system');
    assert.equal(inventory.version, 'v1.34.4');
    const volumes = inventory.sections.persistentVolumes;
    assert.equal(volumes.ok && volumes.items.length, 5);
    assert.ok(simulator.connectionCount <= 4, `${simulator.connectionCount} connections`);
  });

  it('asks for one page at a time where config says so', async () => {
    const { simulator, cluster } = await openSimulated(makeClusterState(makeVolumes(5)), {
      target: { callsAtOnce: 1 },
    });

    const { sections } = await cluster.collect();

    assert.equal(sections.persistentVolumes.ok, true);
    assert.equal(simulator.connectionCount, 1);
  });

  it('reads 10,000 objects in pages', async () => {
    const { simulator, cluster } = await openSimulated(makeClusterState(makeVolumes(10_000)));

    const { sections } = await cluster.collect(['persistentVolumes']);

    assert.equal(sections.persistentVolumes.ok && sections.persistentVolumes.items.length, 10_000);
    assert.equal(simulator.log.records.filter(({ call }) => call === path).length, 20);
  });

  it('asks only for the sections that are wanted', async () => {
    const { simulator, cluster } = await openSimulated(makeClusterState());

    const { sections } = await cluster.collect(['nodes']);

    assert.equal(sections.nodes.ok, true);
    assert.equal(!sections.pods.ok && sections.pods.error.code, 'notAsked');
    assert.ok(!simulator.log.calls().some(({ call }) => call.endsWith('/pods')));
  });

  it('starts the list again when it expired in the middle', async () => {
    let pages = 0;
    const opened = await openSimulated(makeClusterState(makeVolumes(5)), {
      ...small,
      deps: {
        onCall: ({ method }) => {
          if (method.endsWith('/persistentvolumes') && ++pages === 1) opened.simulator.expireTokens();
        },
      },
    });

    const { sections } = await opened.cluster.collect(['persistentVolumes']);

    assert.equal(sections.persistentVolumes.ok && sections.persistentVolumes.items.length, 5);
    const statuses = opened.simulator.log.records.filter(({ call }) => call === path).map(({ status }) => status);
    assert.deepEqual(statuses, ['200', '410', '200', '200', '200']);
  });

  it('says gone when it expires again', async () => {
    const opened = await openSimulated(makeClusterState(makeVolumes(5)), {
      ...small,
      deps: { onCall: () => opened.simulator.expireTokens() },
    });

    const { sections } = await opened.cluster.collect(['persistentVolumes']);

    assert.equal(!sections.persistentVolumes.ok && sections.persistentVolumes.error.code, 'gone');
  });

  for (const kind of ['tooManyRequests', 'serverError', 'unavailable', 'cut'] as const) {
    it(`survives one ${kind}`, async () => {
      const faults = new FaultInjector([{ system: '*', call: path, kind, times: 1, retryAfterSeconds: 0 }]);
      const { cluster } = await openSimulated(makeClusterState(makeVolumes(3)), { simulator: { faults }, ...small });

      const { sections } = await cluster.collect(['persistentVolumes']);

      assert.equal(sections.persistentVolumes.ok && sections.persistentVolumes.items.length, 3);
      assert.equal(faults.firedCount(), 1);
    });
  }

  it('waits as long as Retry-After says', async () => {
    const faults = new FaultInjector([{ system: '*', call: path, kind: 'tooManyRequests', times: 1 }]);
    const { cluster } = await openSimulated(makeClusterState(), { simulator: { faults } });
    const started = performance.now();

    const { sections } = await cluster.collect(['persistentVolumes']);

    assert.equal(sections.persistentVolumes.ok, true);
    assert.ok(performance.now() - started >= 950);
  });

  const lasting: readonly (readonly [FaultKind, SectionErrorCode])[] = [
    ['hang', 'timeout'],
    ['cut', 'unreachable'],
    ['unauthorized', 'unauthenticated'],
    ['forbidden', 'forbidden'],
    ['notFound', 'notFound'],
    ['gone', 'gone'],
    ['tooManyRequests', 'rateLimited'],
    ['serverError', 'server'],
    ['unavailable', 'server'],
    ['halfPage', 'badAnswer'],
    ['wrongJson', 'badAnswer'],
  ];
  for (const [kind, code] of lasting) {
    it(`fails the section as ${code}, and no other, when every page meets ${kind}`, async () => {
      const faults = new FaultInjector([{ system: 'cluster/prod', call: path, kind, retryAfterSeconds: 0 }]);
      const { cluster } = await openSimulated(makeClusterState(makeVolumes(3)), {
        simulator: { faults },
        target: { callTimeoutMs: 1_500 },
      });

      const { sections } = await cluster.collect();

      const failed = clusterSectionNames.filter((name) => !sections[name].ok);
      assert.deepEqual(failed, ['persistentVolumes']);
      assert.equal(!sections.persistentVolumes.ok && sections.persistentVolumes.error.code, code);
      assert.ok(faults.firedCount() > 0);
    });
  }

  for (const [kind, code] of [
    ['refuse', 'unreachable'],
    ['tlsMismatch', 'tls'],
  ] as const) {
    it(`fails every section as ${code} when connections meet ${kind}`, async () => {
      const faults = new FaultInjector([{ system: 'cluster/prod', call: '*', kind }]);
      const { cluster } = await openSimulated(makeClusterState(), { simulator: { faults } });

      const inventory = await cluster.collect();

      assert.equal(inventory.uid, undefined);
      for (const name of clusterSectionNames) {
        const read = inventory.sections[name];
        assert.equal(!read.ok && read.error.code, code, name);
      }
    });
  }

  it('leaves at the deadline of the run, with every section failed', async () => {
    const faults = new FaultInjector([{ system: '*', call: '*', kind: 'hang' }]);
    const started = performance.now();
    const { cluster } = await openSimulated(makeClusterState(), {
      simulator: { faults },
      target: { callTimeoutMs: 60_000 },
      deps: { signal: AbortSignal.timeout(300) },
    });

    const { sections } = await cluster.collect();

    assert.ok(clusterSectionNames.every((name) => !sections[name].ok));
    assert.ok(performance.now() - started < 5_000);
  });

  it('quotes the API server when a right is missing', async () => {
    const { cluster } = await openSimulated(makeClusterState(), { simulator: { rights: [] } });

    const { sections } = await cluster.collect(['persistentVolumes']);

    assert.ok(!sections.persistentVolumes.ok);
    assert.equal(sections.persistentVolumes.error.code, 'forbidden');
    assert.match(
      sections.persistentVolumes.error.message,
      /persistentvolumes is forbidden: User "system:serviceaccount:strandline:strandline" cannot list resource/,
    );
  });

  it('measures the skew of the API server', async () => {
    const { cluster } = await openSimulated(makeClusterState([], { clockSkewMs: 600_000 }));

    const { clockSkewMs = 0 } = await cluster.collect(['nodes']);

    assert.ok(Math.abs(clockSkewMs - 600_000) < 2_000, String(clockSkewMs));
  });

  it('takes gzip from a server, when asked to', async () => {
    const { simulator } = await openSimulated(makeClusterState(makeVolumes(1_000)));
    const { default: fetch } = await import('node-fetch');
    const { Agent } = await import('node:https');
    const agent = new Agent({ ca: simulator.caPem });
    const headers = { authorization: `Bearer ${simulator.token}` };

    const answer = await fetch(`${simulator.url}${path}`, { agent, headers });

    assert.equal(answer.headers.get('content-encoding'), 'gzip');
    assert.equal(((await answer.json()) as { items: unknown[] }).items.length, 1_000);
    agent.destroy();
  });
});
