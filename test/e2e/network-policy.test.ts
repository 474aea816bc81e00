import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import type { Cluster } from './cluster/cluster.ts';
import { until } from './cluster/exec.ts';
import { credentials, standIn, waitForRunningPod } from './cluster/jobs.ts';
import { applyAll, find, type Manifest, moveTo, renderOverlay, uniqueNamespace } from './cluster/manifests.ts';
import { buildPacketFilter, connectFromHost, enforce } from './cluster/packet-filter.ts';
import { loadedAppImage, sharedCluster } from './cluster/shared.ts';

const idle = ['node', '-e', 'require("net").createServer().listen(8080)'];

describe('[E] the NetworkPolicy as shipped, as iptables rules in the pod', function networkSuite() {
  this.timeout(180_000);
  const namespace = uniqueNamespace('net');
  const servers: Server[] = [];
  const ports: Record<string, number> = {};
  let cluster: Cluster;
  let host: string;
  let apiServer: string;
  let pushgateway: string;
  let scanPod: string;
  let reportPod: string;
  let filters: Record<'scan' | 'report', string[][]>;

  before(async () => {
    cluster = await sharedCluster();
    assert.ok(cluster.own, 'needs a cluster whose pods are processes of this machine');
    host = cluster.own.slot.serviceIp;
    apiServer = cluster.own.slot.serviceIp;
    const image = await loadedAppImage();
    for (const name of ['nas', 'smtp', 's3', 'other']) ports[name] = await listen();
    const manifests = adapt(moveTo(namespace, await renderOverlay(cluster, 'overlays/weekly')));
    const pods = standIn(manifests, image, idle)
      .filter(({ kind }) => kind === 'CronJob')
      .map(toPod);
    const others = manifests.filter(({ kind }) => kind !== 'CronJob' && kind !== 'PersistentVolumeClaim');
    await applyAll(cluster, [
      ...others,
      { ...credentials({}), metadata: { name: 'strandline-credentials', namespace } },
    ]);
    await applyAll(cluster, [...monitoring(image), ...pods]);
    [scanPod, reportPod] = (await Promise.all(
      ['scan', 'report'].map((part) => waitForRunningPod(cluster, namespace, `app.kubernetes.io/component=${part}`)),
    )) as [string, string];
    await waitForRunningPod(cluster, 'monitoring', 'app=pushgateway');
    pushgateway = await podAddress('monitoring', 'pushgateway');
    filters = {
      scan: buildPacketFilter(policies(manifests), podLabels('scan'), addressesOf),
      report: buildPacketFilter(policies(manifests), podLabels('report'), addressesOf),
    };
  });

  after(async () => {
    for (const server of servers) server.close();
    await cluster.kc(['delete', 'namespace', namespace, 'monitoring', '--wait=false', '--ignore-not-found']);
  });

  async function listen(): Promise<number> {
    const server = createServer((socket) => socket.end());
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return (server.address() as { port: number }).port;
  }

  /** What a user changes: the addresses and, here, the ports of the servers. Nothing else. */
  function adapt(manifests: Manifest[]): Manifest[] {
    const change: Record<string, { cidr: string; ports: number[] }> = {
      'strandline-api-server': { cidr: `${apiServer}/32`, ports: [443] },
      'strandline-nas': { cidr: `${host}/32`, ports: [ports['nas'] ?? 0] },
      'strandline-smtp': { cidr: `${host}/32`, ports: [ports['smtp'] ?? 0] },
    };
    for (const policy of policies(manifests)) {
      const to = change[policy.metadata.name];
      if (to === undefined) continue;
      policy['spec'].egress[0].to = [{ ipBlock: { cidr: to.cidr } }];
      policy['spec'].egress[0].ports = to.ports.map((port) => ({ protocol: 'TCP', port }));
    }
    return manifests;
  }

  function policies(manifests: readonly Manifest[]): Manifest[] {
    return manifests.filter(({ kind }) => kind === 'NetworkPolicy');
  }

  function podLabels(component: string): Record<string, string> {
    return { 'app.kubernetes.io/name': 'strandline', 'app.kubernetes.io/component': component };
  }

  /** The pod of the CronJob's template, to run until the test is over, without the volume of the history. */
  function toPod(cronJob: Manifest): Manifest {
    const { metadata, spec } = cronJob['spec'].jobTemplate.spec.template;
    const volumes = spec.volumes.map((volume: { name: string }) =>
      volume.name === 'data' ? { name: 'data', emptyDir: {} } : volume,
    );
    const [container] = spec.containers;
    const env = container.env.filter(({ name }: { name: string }) => name !== 'STRANDLINE_JOB_NAME');
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: cronJob.metadata.name, namespace },
      spec: { ...spec, volumes, containers: [{ ...container, env }] },
    };
  }

  function monitoring(image: string): Manifest[] {
    const listener = 'for (const port of [9091, 9090]) require("net").createServer((s) => s.end()).listen(port)';
    return [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'monitoring' } },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'pushgateway', namespace: 'monitoring', labels: { app: 'pushgateway' } },
        spec: { containers: [{ name: 'one', image, imagePullPolicy: 'Never', command: ['node', '-e', listener] }] },
      },
    ];
  }

  async function podAddress(inNamespace: string, pod: string): Promise<string> {
    return cluster.kc(['-n', inNamespace, 'get', 'pod', pod, '-o', 'jsonpath={.status.podIP}']);
  }

  function addressesOf(labels: Readonly<Record<string, string>>): readonly string[] {
    return labels['kubernetes.io/metadata.name'] === 'monitoring' ? [pushgateway] : [];
  }

  /** From inside the pod, by its own program. */
  async function connect(pod: string, host: string, port: number): Promise<string> {
    const script = `require("net").connect({host:${JSON.stringify(host)},port:${port},timeout:3000})
      .on("connect",()=>{console.log("reached");process.exit()})
      .on("timeout",()=>{console.log("silence");process.exit()})
      .on("error",(e)=>{console.log(e.code);process.exit()})`;
    return (await cluster.kc(['-n', namespace, 'exec', pod, '--', 'node', '-e', script])).trim();
  }

  function targets(): Record<string, [string, number]> {
    return {
      'the API server': [apiServer, 443],
      'the NAS': [host, ports['nas'] ?? 0],
      'the mail server': [host, ports['smtp'] ?? 0],
      'the Pushgateway': [pushgateway, 9091],
      'another port of the same host': [host, ports['other'] ?? 0],
      'another port of the Pushgateway’s pod': [pushgateway, 9090],
      'object storage, which this overlay does not use': [host, ports['s3'] ?? 0],
    };
  }

  async function reachedBy(pod: string): Promise<string[]> {
    const answers = await Promise.all(
      Object.entries(targets()).map(async ([name, [address, port]]) => ({
        name,
        answer: await connect(pod, address, port),
      })),
    );
    return answers.filter(({ answer }) => answer === 'reached').map(({ name }) => name);
  }

  it('without enforcement everything is reached, so that what follows is the policy’s doing', async () => {
    assert.deepEqual(await reachedBy(scanPod), Object.keys(targets()));
    const address = await podAddress(namespace, scanPod);
    await until('the pod’s own port', () => connectFromHost(address, 8080));
  });

  it('the scan reaches API server, NAS, mail and Pushgateway, and nothing else', async () => {
    await enforce(cluster, namespace, scanPod, filters.scan);

    assert.deepEqual(await reachedBy(scanPod), ['the API server', 'the NAS', 'the mail server', 'the Pushgateway']);
  });

  it('the weekly report reaches the mail server only', async () => {
    await enforce(cluster, namespace, reportPod, filters.report);

    assert.deepEqual(await reachedBy(reportPod), ['the mail server']);
  });

  it('nobody gets in', async () => {
    await assert.rejects(connectFromHost(await podAddress(namespace, scanPod), 8080));
  });

  it('every shipped policy selects one of the two pods', async () => {
    const manifests = await renderOverlay(cluster, 'overlays/weekly');
    for (const policy of policies(manifests)) {
      const alone = (['scan', 'report'] as const).map((part) =>
        buildPacketFilter([policy], podLabels(part), () => ['192.0.2.1']),
      );
      assert.ok(
        alone.some((commands) => commands.length > 0),
        policy.metadata.name,
      );
    }
    assert.equal(find(manifests, 'NetworkPolicy', 'strandline-default-deny')['spec'].policyTypes.length, 2);
  });
});
