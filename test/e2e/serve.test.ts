import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Finding } from '../../src/model/finding.ts';
import type { Cluster } from './cluster/cluster.ts';
import { type ContainerUsage, followContainer } from './cluster/container-usage.ts';
import { until } from './cluster/exec.ts';
import { find, type Manifest } from './cluster/manifests.ts';
import { buildPacketFilter, connectFromHost, enforce, findProcess } from './cluster/packet-filter.ts';
import { findingKeys } from './support/findings.ts';
import { type Installation, sharedInstallation } from './support/installation.ts';
import { ask, findingsOf, isScanning, type ServePod, startLoad, twoReplicas } from './support/serve-client.ts';
import { installChart, installOverlay, leaseSeconds, type ServeRelease } from './support/serve-release.ts';

/** The first scan that is due is under way until this is over. */
const hangs = { system: '*', call: '*', kind: 'hang' } as const;
const otherPort = 9999;
const program = /\/app\/dist\/src\/main\.js/;

describe('[E] the service in real pods', function servePodsSuite() {
  this.timeout(240_000);
  let strandline: Installation;
  let cluster: Cluster;
  let truth: readonly string[];
  let chart: ServeRelease;
  let overlay: ServeRelease;

  before(async () => {
    strandline = await sharedInstallation();
    cluster = strandline.cluster;
    truth = findingKeys(strandline.estate.truth.findings);
    [chart, overlay] = await Promise.all([installChart(strandline, [hangs]), installOverlay(strandline)]);
  });

  after(async () => {
    for (const release of [chart, overlay]) await release?.remove();
  });

  const read = (release: ServeRelease, kind: string, path: string) =>
    cluster.kc(['-n', release.namespace, 'get', kind, 'strandline-serve', '-o', `jsonpath=${path}`]);

  async function processOf({ uid }: ServePod): Promise<number> {
    const pid = await findProcess(uid, program);
    assert.ok(pid !== undefined, `no process of pod ${uid}`);
    return pid;
  }

  describe('from the chart, scanning by itself', () => {
    it('when the pod that scans is killed the other one scans, within the lease, and all answer the truth', async () => {
      const replicas = await twoReplicas(chart);
      const leader = await until('a scan', async () => {
        for (const replica of replicas) if (await isScanning(chart, replica)) return replica;
        return undefined;
      });
      const [other] = replicas.filter((replica) => replica !== leader);
      assert.ok(other);
      assert.equal(await isScanning(chart, other), false, 'only one scans');
      chart.nas.faults.set([]);
      process.kill(await processOf(leader), 'SIGKILL');
      const killedAtMs = performance.now();
      const now = ['--grace-period=0', '--force'];
      await cluster.kc(['-n', chart.namespace, 'delete', 'pod', leader.name, '--wait=false', ...now]);
      await until('the other one to scan', async () => (await isScanning(chart, other)) || undefined);
      const tookMs = performance.now() - killedAtMs;

      // A lease, one look of the waiting replica every 2 s, and what a loaded machine adds.
      assert.ok(tookMs < (leaseSeconds + 15) * 1000, `${tookMs} ms`);
      const found = await until('its result', async () => findingsOf(chart, other));
      assert.deepEqual(found.keys, truth);
      const successor = (await twoReplicas(chart)).find(({ name }) => name !== other.name);
      assert.ok(successor !== undefined && successor.name !== leader.name);
      const later = await until('the result in the pod in its place', () => findingsOf(chart, successor));
      assert.deepEqual(later.keys, truth);
      await chart.remove();
      process.stdout.write(`      the other replica scanned ${Math.round(tookMs / 100) / 10} s after the kill\n`);
    });
  });

  describe('from the overlay', () => {
    let replicas: [ServePod, ServePod];
    let usages: readonly Promise<ContainerUsage>[];

    before(async () => {
      replicas = await twoReplicas(overlay);
      const pids = await Promise.all(replicas.map(processOf));
      usages = pids.map(followContainer);
    });

    it('the autoscaler holds two replicas, the disruption budget lets one of them go, the Ingress names the Service', async () => {
      assert.equal(await read(overlay, 'deployment', '{.status.readyReplicas}'), '2');
      assert.equal(await read(overlay, 'hpa', '{.status.desiredReplicas}'), '2');
      await until('the budget', async () => {
        const budget = await read(overlay, 'pdb', '{.status.currentHealthy} {.status.disruptionsAllowed}');
        return budget === '2 1' || undefined;
      });
      const named = await read(overlay, 'ingress', '{.spec.rules[0].http.paths[0].backend.service}');
      const service = find(overlay.manifests, 'Service');
      assert.deepEqual(JSON.parse(named), {
        name: service.metadata.name,
        port: { name: service['spec'].ports[0].name },
      });
    });

    it('under the NetworkPolicies as shipped requests come in, and nothing else', async () => {
      for (const pod of replicas) {
        await listenInside(pod, otherPort);
        await until('a listener beside the service', () => connectFromHost(new URL(pod.url).hostname, otherPort));
      }
      const policies = overlay.manifests.filter(({ kind }) => kind === 'NetworkPolicy');
      const labels = find(overlay.manifests, 'Deployment')['spec'].template.metadata
        .labels as Manifest['metadata']['labels'];
      const filter = buildPacketFilter(policies, labels ?? {}, () => []);
      for (const { name } of replicas) await enforce(cluster, overlay.namespace, name, filter);

      for (const pod of replicas) {
        assert.equal((await fetch(`${pod.url}/healthz`)).status, 200);
        assert.equal((await fetch(`${pod.url}/readyz`)).status, 200);
        await assert.rejects(connectFromHost(new URL(pod.url).hostname, otherPort));
      }
    });

    it('only who has a token of the cluster and the right is answered, until it is taken away', async () => {
      const [stranger, leaver] = [await account('stranger'), await account('leaver')];
      await bind('clusterrolebinding', `${overlay.namespace}-leaver`, `${overlay.namespace}-viewer`, 'leaver');
      for (const pod of replicas) {
        const statusFor = async (token: string, init?: RequestInit) =>
          (await ask({ ...overlay, token }, pod, '/api/v1/scans', init)).status;
        await until('RBAC', async () => (await statusFor(leaver)) === 200 || undefined);
        const version = (await (await ask(overlay, pod, '/version')).json()) as { name: string };

        assert.equal(version.name, 'strandline');
        assert.equal((await fetch(`${pod.url}/version`)).status, 401);
        assert.equal(await statusFor(stranger), 403);
        assert.equal(await statusFor(leaver, { method: 'POST' }), 403);
        assert.equal(await statusFor(`${leaver.slice(0, -6)}AAAAAA`), 401);
      }
      await cluster.kc(['-n', overlay.namespace, 'delete', 'serviceaccount', 'leaver']);
      for (const pod of replicas)
        await until('the revocation', async () => {
          const { status } = await ask({ ...overlay, token: leaver }, pod, '/api/v1/scans');
          return status === 401 || undefined;
        });
    });

    it('one replica scans when it is asked to, and both answer the truth from the shared history', async () => {
      const [first, second] = replicas;
      const posted = await ask(overlay, first, '/api/v1/scans', { method: 'POST' });
      assert.equal(posted.status, 202, await posted.clone().text());
      const { id } = (await posted.json()) as { id: string };
      const found = await until('the result in the other replica', () => findingsOf(overlay, second));

      assert.equal(found.scanId, id);
      assert.deepEqual(found.keys, truth);
      assert.deepEqual(await findingsOf(overlay, first), found);
    });

    it('a team that may view a namespace sees what was found there, and no filter shows it more', async () => {
      const team = { ...overlay, token: await account('team') };
      await bind('rolebinding', `${overlay.namespace}-team`, 'view', 'team', 'shop'); // the overlay adds to that role
      const [pod] = replicas;
      const own = await until('RBAC', async () => {
        const answer = await ask(team, pod, '/api/v1/findings?limit=1000');
        return answer.status === 200 ? ((await answer.json()) as { items: Finding[] }).items : undefined;
      });
      const all = (await (await ask(overlay, pod, '/api/v1/findings?limit=1000')).json()) as { items: Finding[] };
      const ofShop = all.items.filter(({ resource, owner }) => (resource.namespace ?? owner.namespace) === 'shop');
      const other = await ask(team, pod, '/api/v1/findings?namespace=prod/default');

      assert.ok(ofShop.length > 0 && ofShop.length < all.items.length, `${ofShop.length} of ${all.items.length}`);
      assert.deepEqual(own.map(({ id }) => id).toSorted(), ofShop.map(({ id }) => id).toSorted());
      assert.deepEqual(((await other.json()) as { items: Finding[] }).items, []);
    });

    it('the database of the history never came into the process that answers', async () => {
      for (const pod of replicas) {
        const libraries = await readFile(`/proc/${await processOf(pod)}/maps`, 'utf8');
        assert.match(libraries, /\/usr\/local\/bin\/node/);
        assert.doesNotMatch(libraries, /duckdb/);
      }
    });

    it('a rolling restart under load loses no request, and no pod came near its memory limit', async () => {
      const deployment = 'deployment/strandline-serve';
      const load = await startLoad(overlay);
      await until('load on both', async () => load.urls().size === 2 || undefined);
      await cluster.kc(['-n', overlay.namespace, 'rollout', 'restart', deployment]);
      await cluster.kc(['-n', overlay.namespace, 'rollout', 'status', deployment, '--timeout=120s']);
      const before = load.answered();
      const used = await Promise.all(usages);
      await load.stop();

      assert.deepEqual(load.failures, []);
      assert.equal(load.urls().size, 4, 'two pods were replaced by two others');
      assert.ok(before > 100 && load.answered() > before, `${before}, then ${load.answered()}`);
      const [{ resources }] = find(overlay.manifests, 'Deployment')['spec'].template.spec.containers;
      const peaks = used.map(({ peakWorkingSetBytes }) => peakWorkingSetBytes);
      for (const peakBytes of peaks) {
        assert.ok(peakBytes > 50 * 2 ** 20, `${peakBytes}: nothing was measured`);
        assert.ok(peakBytes < toBytes(resources.limits.memory) / 2, `${peakBytes} bytes`);
      }
      const peak = Math.round(Math.max(...peaks) / 2 ** 20);
      process.stdout.write(`      ${load.answered()} requests, none lost; the pods peaked at ${peak} MiB\n`);
    });

    /** @returns a token of it. */
    async function account(name: string): Promise<string> {
      await cluster.kc(['-n', overlay.namespace, 'create', 'serviceaccount', name]);
      return (await cluster.kc(['-n', overlay.namespace, 'create', 'token', name])).trim();
    }

    async function bind(kind: string, name: string, role: string, account: string, namespace?: string): Promise<void> {
      const subject = [`--clusterrole=${role}`, `--serviceaccount=${overlay.namespace}:${account}`];
      await cluster.kc([...(namespace ? ['-n', namespace] : []), 'create', kind, name, ...subject]);
    }

    /** Something else in the pod that listens: it stands for whatever a policy must keep out of reach. */
    async function listenInside({ name }: ServePod, port: number): Promise<void> {
      const listener = `require("http").createServer().listen(${port});setTimeout(process.exit,60000)`;
      const script = `require("child_process").spawn(process.execPath,["-e",${JSON.stringify(listener)}],{detached:true,stdio:"ignore"}).unref()`;
      await cluster.kc(['-n', overlay.namespace, 'exec', name, '--', 'node', '-e', script]);
    }
  });
});

function toBytes(quantity: string): number {
  const [, number, unit] = /^(\d+)(Mi|Gi)$/.exec(quantity) ?? [];
  if (number === undefined) throw new Error(`${quantity} is not read here`);
  return Number(number) * (unit === 'Gi' ? 2 ** 30 : 2 ** 20);
}
