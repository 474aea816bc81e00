import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { openCluster } from '../../../src/collect/kubernetes/index.ts';
import { correlate } from '../../../src/correlate/correlate.ts';
import { createLogger } from '../../../src/log.ts';
import type { DriverConfig } from '../../../src/model/kubernetes.ts';
import type { KubeObject } from '../../../src/simulate/estate.ts';
import type { FaultKind } from '../../../src/simulate/faults.ts';
import { readOnlyRights } from '../../../src/simulate/kubernetes/access.ts';
import { startKubernetes } from '../../../src/simulate/kubernetes/start.ts';
import { makeClusterState, makeObject } from '../../support/cluster-state.ts';
import { makeHealthyEstate } from '../../support/healthy-estate.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

const secretPath = '/api/v1/namespaces/democratic-csi/secrets/nfs-driver-config';
const canary = 'canary-of-the-driver';
const told = {
  driver: 'freenas-api-nfs',
  instance_id: 'prod-1',
  httpConnection: { host: '10.9.0.5', port: 443, apiKey: canary, password: canary },
  zfs: { datasetParentName: 'tank/k8s/nfs/vols', detachedSnapshotsDatasetParentName: 'tank/k8s/nfs/snaps' },
  nfs: { shareHost: 'nas01.storage' },
};

/** A driver's own Secret teaches a backend, and nothing else comes out of it. */
describe('[I] collect/kubernetes/driver-configs', () => {
  const folder = useTemporaryFolder();

  const secret = (content: string) =>
    makeObject(
      ...(['v1', 'Secret', 'nfs-driver-config'] as const),
      { data: { 'driver-config-file.yaml': Buffer.from(content).toString('base64') } },
      { namespace: 'democratic-csi' },
    );
  const pod = makeObject(
    ...(['v1', 'Pod', 'nfs-controller-1'] as const),
    {
      spec: {
        containers: [{ name: 'csi-driver', image: 'democratic-csi:next', args: ['--csi-name=org.democratic-csi.nfs'] }],
        volumes: [{ name: 'config', secret: { secretName: 'nfs-driver-config' } }],
      },
      status: { phase: 'Running' },
    },
    { namespace: 'democratic-csi', labels: { 'app.kubernetes.io/name': 'democratic-csi' } },
  );

  interface Case {
    readonly objects?: readonly KubeObject[];
    readonly namespaces?: readonly string[] | 'off';
    readonly fault?: FaultKind;
    readonly mayRead?: boolean;
  }

  async function read({ objects = [pod, secret(stringify(told))], namespaces = [], fault, mayRead = true }: Case) {
    const right = { group: '', resource: 'secrets', verbs: ['get'], namespace: 'democratic-csi' };
    const cluster = await startKubernetes(makeClusterState(objects), {
      rights: mayRead ? [...readOnlyRights, right] : readOnlyRights,
    });
    if (fault !== undefined) cluster.faults.set([{ system: 'cluster/prod', call: secretPath, kind: fault }]);
    const lines: string[] = [];
    const log = await createLogger({
      level: 'debug',
      format: 'json',
      fields: {},
      write: (line) => void lines.push(line),
    });
    writeFileSync(folder.file('kubeconfig'), cluster.kubeconfig);
    const source = await openCluster(
      {
        ...{ name: 'prod', source: { kind: 'kubeconfig', file: folder.file('kubeconfig') }, tls: {} },
        ...{ callTimeoutMs: 3000, pageSize: 500 },
        ...(namespaces !== 'off' && { driverSecrets: { namespaces } }),
      },
      { log, signal: new AbortController().signal, retry: { retries: 1, baseMs: 1, maxMs: 5 } },
    );
    try {
      const inventory = await source.collect();
      const asked = cluster.log.records.filter(({ call }) => call.includes('/secrets')).map(({ call }) => call);
      return { inventory, asked, text: `${JSON.stringify(inventory)}\n${lines.join('\n')}`, logged: lines.join('\n') };
    } finally {
      source.close();
      await cluster.close();
    }
  }

  it('keeps NAS, parents and instance, and drops every credential', async () => {
    const { inventory, asked, text } = await read({});

    assert.deepEqual(inventory.driverConfigs, [
      {
        ...{ driver: 'org.democratic-csi.nfs', protocol: 'nfs', instanceId: 'prod-1' },
        hosts: ['10.9.0.5', 'nas01.storage'],
        ...{ parent: 'tank/k8s/nfs/vols', detachedParent: 'tank/k8s/nfs/snaps' },
      },
    ]);
    assert.deepEqual(asked, [secretPath], 'one `get`, no list');
    assert.ok(!text.includes(canary));
  });

  it('asks for no Secret unless config says so, nor beyond the namespaces it names', async () => {
    assert.deepEqual((await read({ namespaces: 'off' })).asked, []);
    assert.equal((await read({ namespaces: 'off' })).inventory.driverConfigs, undefined);
    assert.deepEqual((await read({ namespaces: ['elsewhere'] })).asked, []);
  });

  for (const [name, one] of Object.entries({
    'may not be read': { mayRead: false },
    fails: { fault: 'serverError' },
    'is cut': { fault: 'cut' },
    'is no JSON': { fault: 'wrongJson' },
    'is gone': { objects: [pod] },
    'holds no YAML': { objects: [pod, secret(`{ apiKey: ${canary}: [`)] },
    'has no parent': { objects: [pod, secret(stringify({ ...told, zfs: {} }))] },
  } satisfies Record<string, Case>)) {
    it(`teaches nothing, fails nothing and says so when it ${name}`, async () => {
      const { inventory, text, logged } = await read(one);

      assert.deepEqual(inventory.driverConfigs, []);
      assert.ok(inventory.sections.pods.ok && inventory.sections.persistentVolumes.ok);
      assert.match(logged, /its backend is inferred/);
      assert.ok(!text.includes(canary));
    });
  }

  it('says nothing of drivers that keep their volumes elsewhere', async () => {
    const other = secret(stringify({ ...told, driver: 'synology-iscsi' }));
    assert.deepEqual((await read({ objects: [pod, other] })).inventory.driverConfigs, []);
  });

  describe('as a backend', () => {
    const config: DriverConfig = {
      ...{ driver: 'org.democratic-csi.spare', protocol: 'iscsi', parent: 'tank/spare' },
      ...{ hosts: ['nas01'], detachedParent: 'tank/spare-snaps' },
    };

    function backendsOf(configs: readonly DriverConfig[], declared: Parameters<typeof correlate>[1] = []) {
      const { inventory } = makeHealthyEstate();
      const [cluster] = inventory.clusters;
      const [nas] = inventory.nases;
      assert.ok(cluster !== undefined && nas !== undefined);
      Object.assign(cluster, { driverConfigs: configs });
      Object.assign(nas, { addresses: ['nas01'] });
      return correlate(inventory, declared).backends.filter(({ driver }) => driver === config.driver);
    }

    it('ties the driver to the one NAS that its addresses name', () => {
      const [backend] = backendsOf([config]);
      assert.deepEqual(
        [backend?.nas, backend?.parents, backend?.detachedParents, backend?.protocol, backend?.foundBy],
        ['nas01', ['tank/spare'], ['tank/spare-snaps'], 'iscsi', 'driverSecret'],
      );
      assert.equal(backend?.exclusive, false);
    });

    it('is none when its addresses name no NAS of ours', () => {
      assert.deepEqual(backendsOf([{ ...config, hosts: ['10.0.0.1'] }]), []);
    });

    it('gives way to config, and fills in only what config leaves open', () => {
      const place = { cluster: 'prod', driver: config.driver, nas: 'nas01' };
      const [backend] = backendsOf([config], [{ ...place, parents: ['tank/declared'] }]);
      assert.deepEqual(
        [backend?.parents, backend?.detachedParents, backend?.foundBy],
        [['tank/declared'], ['tank/spare-snaps'], 'config'],
      );
    });
  });
});
