import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiRights } from '../../src/collect/kubernetes/rights.ts';
import type { ScanResult } from '../../src/model/scan-result.ts';
import { detectors } from '../../src/orphans/index.ts';
import { startKubernetes } from '../../src/simulate/kubernetes/start.ts';
import { rules } from '../../src/validation/rules/index.ts';
import { accountKubeconfig } from './cluster/accounts.ts';
import { type Cluster, startCluster } from './cluster/cluster.ts';
import { until } from './cluster/exec.ts';
import { createLoader } from './cluster/load.ts';
import { loadDrivers, loadEstate } from './cluster/load-estate.ts';
import { applyAll, find, type Manifest, moveTo, renderOverlay, toList, uniqueNamespace } from './cluster/manifests.ts';
import { withIllDrivers } from './support/driver-estate.ts';
import { resultKeys } from './support/findings.ts';
import { type JudgedCluster, openJudged } from './support/judged-cluster.ts';
import { smallEstate } from './support/small-estate.ts';

type Rule = { apiGroups: string[]; resources: string[]; verbs: string[] };

/** Groups of optional products are not installed in the test cluster: nothing of theirs is asked for. */
const installed = new Set(['', 'apps', 'batch', 'coordination.k8s.io', 'storage.k8s.io', 'snapshot.storage.k8s.io']);
const removable = apiRights
  .filter(({ group, optional }) => installed.has(group) && optional === undefined)
  .flatMap((right) => right.verbs.map((verb) => ({ ...right, verb })));

describe('[E] validation against a real API server', function validationSuite() {
  this.timeout(240_000);
  const namespace = uniqueNamespace('validation');
  const base = smallEstate();
  const [healthy] = base.clusters;
  assert.ok(healthy);
  const state = withIllDrivers(healthy);
  const estate = { ...base, clusters: [state] };
  let cluster: Cluster;
  let role: Manifest;
  let judged: JudgedCluster;
  let whole: ScanResult;

  before(async () => {
    cluster = await startCluster();
    const loader = await createLoader(cluster.kubeconfig);
    await loadEstate(loader, state);
    await until('bound claims and service accounts', () => settled(cluster, state.objects));
    await cluster.own?.plane.stopControllerManager(); // or it takes nodes without a kubelet for dead
    await loadDrivers(loader, state);
    await cluster.kc(['taint', 'nodes', '--all', 'node.kubernetes.io/not-ready-']); // the API server sets it
    loader.close();
    const manifests = moveTo(namespace, await renderOverlay(cluster, 'base'));
    role = find(manifests, 'ClusterRole');
    await applyAll(cluster, manifests);
    const kubeconfig = await accountKubeconfig(cluster, namespace, 'strandline');
    judged = await openJudged(estate, kubeconfig, cluster.own?.stateDir ?? '');
    await until('the rights', async () => ((await judged.refused()).length === 0 ? true : undefined));
    whole = await judged.scan();
  });

  after(async () => {
    await judged?.close();
    await cluster?.stop();
  });

  it('assesses everything with the ClusterRole as shipped', () => {
    assert.deepEqual(
      whole.sections.filter(({ ok }) => !ok),
      [],
    );
    assert.deepEqual(
      whole.checks.filter(({ status }) => status === 'notAssessed' || status === 'errored'),
      [],
    );
    for (const rule of ['cluster-account-sufficient', 'cluster-account-least-privilege'])
      assert.equal(whole.validation.results.find((row) => row.rule === rule)?.status, 'passed', rule);
    assert.ok(whole.findings.length >= 5);
  });

  it('finds what is wrong with classes, drivers, nodes, attachments, pods and leases that it read there', () => {
    const broken = new Set(
      whole.validation.results.filter(({ problems }) => problems.length > 0).map(({ rule }) => rule),
    );

    for (const rule of [
      'attachments-settled',
      'csi-controller-ready',
      'csi-leader-fresh',
      'csi-node-registered',
      'storage-class-driver-registered',
      'storage-class-parameters-valid',
    ])
      assert.ok(broken.has(rule), `${rule} is not among ${[...broken].join(', ')}`);
  });

  it('judges every rule as it does against the simulator', async () => {
    const simulator = await startKubernetes(state);
    const folder = cluster.own?.stateDir ?? '';
    await writeFile(join(folder, 'simulated.kubeconfig'), simulator.kubeconfig);
    const twin = await openJudged(estate, join(folder, 'simulated.kubeconfig'), folder);

    const simulated = await twin.scan();

    await twin.close();
    await simulator.close();
    // Everybody may do everything in the simulator, and only a real server has an opinion of its own on rights.
    const comparable = (result: ScanResult) =>
      result.validation.results
        .filter(({ component }) => component !== 'permissions')
        .map(({ rule, scope, status, problems }) => [rule, scope, status, problems.map(({ why }) => why).sort()]);
    assert.deepEqual(comparable(whole), comparable(simulated));
  });

  for (const { group, resource, verb, section } of removable) {
    const name = `${verb} ${group === '' ? resource : `${resource}.${group}`}`;
    it(`without ${name} ${verb === 'list' ? `${section} is not read, and ` : ''}nothing new is an orphan`, async () => {
      await cluster.kc(['apply', '-f', '-'], toList([without(role, group, resource, verb)]));
      await until(`${name} alone to be refused`, async () =>
        (await judged.refused()).join() === name ? true : undefined,
      );

      const partial = await judged.scan();

      assert.deepEqual(
        resultKeys(partial).filter((key) => !resultKeys(whole).includes(key)),
        [],
      );
      const [own] = partial.validation.results.filter(({ rule }) => rule === 'cluster-account-sufficient');
      assert.equal(own?.status, 'failed');
      assert.match(own?.problems[0]?.why ?? '', new RegExp(`may not ${name} `));
      assert.equal(own?.problems.length, 1);
      const failed = partial.sections.filter(({ ok }) => !ok);
      assert.deepEqual(
        failed.map(({ source, name: lost }) => `${source} ${lost}`),
        verb === 'list' ? [`cluster/prod ${section}`] : [],
      );
      if (verb === 'list')
        assert.match(failed[0]?.error?.message ?? '', new RegExp(`cannot list resource "${resource}"`));
      assert.deepEqual(unassessed(partial), verb === 'list' ? expectedUnassessed(section, whole) : []);
    });
  }
});

/**
 * Checks and rules that were not assessed at all, although with all rights they are. Without volumes the suspicion
 * `no-volumes` holds back more checks than those that need the list: that is its office.
 */
function unassessed(result: ScanResult): string[] {
  const checks = result.checks
    .filter(({ status, because }) => status === 'notAssessed' && !/has no PersistentVolume of/.test(because ?? ''))
    .map(({ id, scope }) => `${id} ${scope}`);
  const ruled = result.validation.results.filter(({ because }) => /cannot list resource/.test(because ?? ''));
  return [...checks, ...ruled.map(({ rule, scope }) => `${rule} ${scope}`)].sort();
}

/** By what checks and rules say they need; scopes as in the whole scan. */
function expectedUnassessed(section: string, whole: ScanResult): string[] {
  const needing = new Set([
    ...detectors
      .filter(({ meta: { needs } }) =>
        [...(needs.cluster ?? []), ...(needs.everyCluster ?? [])].some((one) => one === section),
      )
      .map(({ meta }) => meta.id as string),
    ...rules.filter(({ meta }) => (meta.needs.cluster ?? []).some((one) => one === section)).map(({ meta }) => meta.id),
  ]);
  const rows = [
    ...whole.checks.map(({ id, scope }) => ({ id: id as string, scope })),
    ...whole.validation.results.map(({ rule, scope }) => ({ id: rule, scope })),
  ];
  return rows
    .filter(({ id }) => needing.has(id))
    .map(({ id, scope }) => `${id} ${scope}`)
    .sort();
}

function without(role: Manifest, group: string, resource: string, verb: string): Manifest {
  const narrowed = (role['rules'] as Rule[]).flatMap((rule) => {
    if (!rule.apiGroups.includes(group) || !rule.resources.includes(resource)) return [rule];
    const others = rule.resources.filter((each) => each !== resource);
    const verbs = rule.verbs.filter((each) => each !== verb);
    return [
      ...(others.length > 0 ? [{ ...rule, resources: others }] : []),
      ...(verbs.length > 0 ? [{ ...rule, resources: [resource], verbs }] : []),
    ];
  });
  return { ...role, rules: narrowed };
}

async function settled(cluster: Cluster, objects: readonly { kind: string; metadata: { namespace?: string } }[]) {
  const claims = JSON.parse(await cluster.kc(['get', 'pvc', '-A', '-o', 'json'])) as {
    items: { status: { phase: string } }[];
  };
  const accounts = JSON.parse(await cluster.kc(['get', 'sa', '-A', '-o', 'json'])) as {
    items: { metadata: { namespace: string } }[];
  };
  const served = new Set(accounts.items.map(({ metadata }) => metadata.namespace));
  const wanted = objects.flatMap(({ kind, metadata }) => (kind === 'Pod' ? [metadata.namespace ?? ''] : []));
  const isDone =
    claims.items.every(({ status }) => status.phase === 'Bound') && wanted.every((name) => served.has(name));
  return isDone ? true : undefined;
}
