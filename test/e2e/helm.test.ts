import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from './cluster/cluster.ts';
import { run, tryRun } from './cluster/exec.ts';
import { createJobFrom, makeVolume, waitForJob } from './cluster/jobs.ts';
import {
  find,
  type Manifest,
  parseManifests,
  renderOverlay,
  repository,
  toList,
  uniqueNamespace,
} from './cluster/manifests.ts';
import { loadedBaseImage, sharedCluster } from './cluster/shared.ts';
import { ensureHelm } from './cluster/tools.ts';

const chart = join(repository, 'cronjob/helm/strandline');
const combinations = (await readdir(join(chart, 'ci'))).map((name) => join(chart, 'ci', name));
const restricted = ['pod-security.kubernetes.io/enforce=restricted', 'pod-security.kubernetes.io/warn=restricted'];

describe('[E] the Helm chart', function helmSuite() {
  this.timeout(240_000);
  let helm: string;
  let cluster: Cluster;
  let scratch: string;
  const namespaces: string[] = [];

  before(async () => {
    [helm, cluster] = await Promise.all([ensureHelm(), sharedCluster()]);
    scratch = await mkdtemp(join(tmpdir(), 'strandline-helm-'));
  });

  after(async () => {
    await rm(scratch, { recursive: true, force: true });
    if (namespaces.length > 0) await cluster.kc(['delete', 'namespace', ...namespaces, '--wait=false']);
  });

  async function newNamespace(prefix: string): Promise<string> {
    const namespace = uniqueNamespace(prefix);
    await cluster.kc(['create', 'namespace', namespace]);
    await cluster.kc(['label', 'namespace', namespace, ...restricted]);
    namespaces.push(namespace);
    return namespace;
  }

  const inCluster = (args: readonly string[]) => run(helm, [...args, '--kubeconfig', cluster.kubeconfig]);
  const template = async (...args: string[]) =>
    parseManifests(await run(helm, ['template', 'strandline', chart, '--kube-version', '1.34.4', ...args]));

  it('passes lint with every combination of values in ci/', async () => {
    assert.ok(combinations.length >= 7);
    for (const values of ['', ...combinations]) {
      const given = values === '' ? [] : ['--values', values];
      await run(helm, ['lint', '--strict', '--kube-version', '1.34.4', chart, ...given]);
    }
  });

  it('refuses a mistyped option, naming it', async () => {
    const { code, stderr } = await tryRun(helm, ['lint', chart, '--kube-version', '1.34.4', '--set', 'config.nass=x']);
    const rendered = await tryRun(helm, ['template', chart, '--kube-version', '1.34.4', '--set', 'config.nass=x']);

    assert.notEqual(code, 0, stderr);
    assert.match(rendered.stderr, /nass/);
  });

  for (const values of combinations) {
    const name = values.split('/').at(-1) ?? '';
    it(`${name}: the API server accepts every object, without a warning of Pod Security`, async () => {
      const namespace = await newNamespace('dry');
      const manifests = (await template('--namespace', namespace, '--values', values)).map((manifest) =>
        manifest.metadata.namespace === undefined && !/^ClusterRole/.test(manifest.kind)
          ? { ...manifest, metadata: { ...manifest.metadata, namespace } }
          : manifest,
      );
      const foreign = [...new Set(manifests.map(({ metadata }) => metadata.namespace))].filter(
        (one) => one !== undefined && one !== namespace,
      );
      for (const one of foreign) await cluster.kc(['create', 'namespace', one ?? '']).catch(() => {});

      // A dry run leaves no account behind, and the pod of `helm test` needs one.
      const pod = find(manifests, 'Pod');
      await cluster.kc(['-n', namespace, 'create', 'serviceaccount', '--save-config', pod['spec'].serviceAccountName]);

      const { code, stdout, stderr } = await tryRun(
        cluster.kubectl,
        ['--kubeconfig', cluster.kubeconfig, 'apply', '--dry-run=server', '-f', '-'],
        { input: toList(manifests) },
      );

      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stderr, /Warning/i);
      assert.equal(stdout.trim().split('\n').length, manifests.length);
    });
  }

  it('runs the same Jobs as the kustomize overlay does', async () => {
    const overlay = await renderOverlay(cluster, 'overlays/weekly');
    const rendered = await template('--set', 'report.enabled=true');
    for (const part of ['scan', 'report']) {
      const name = `strandline-${part}`;
      assert.deepEqual(comparable(find(rendered, 'CronJob', name)), comparable(find(overlay, 'CronJob', name)), part);
    }
    assert.deepEqual(find(rendered, 'ClusterRole')['rules'], find(overlay, 'ClusterRole')['rules']);
    assert.deepEqual(find(rendered, 'Role')['rules'], find(overlay, 'Role')['rules']);
  });

  it('install, upgrade, rollback and uninstall leave the history alone', async () => {
    const namespace = await newNamespace('helm');
    const image = await loadedBaseImage();
    const folder = await makeVolume(cluster, namespace, 'strandline-data', namespace);
    const older = await olderChart();
    const values = await standInValues(image);
    const release = ['strandline', '--namespace', namespace, '--values', values];
    const claimUid = () =>
      cluster.kc(['-n', namespace, 'get', 'pvc', 'strandline-data', '-o', 'jsonpath={.metadata.uid}']);
    const schedule = () =>
      cluster.kc(['-n', namespace, 'get', 'cronjob', 'strandline-scan', '-o', 'jsonpath={.spec.schedule}']);
    const history = async () => (await readFile(join(folder, 'history.txt'), 'utf8')).trim().split('\n');

    const notes = await inCluster(['install', ...release.slice(0, 1), older, ...release.slice(1)]);
    const uid = await claimUid();
    await scan('one');
    await inCluster(['upgrade', 'strandline', chart, ...release.slice(1), '--set', 'scan.schedule=30 3 * * *']);
    assert.equal(await schedule(), '30 3 * * *');
    await scan('two');
    await inCluster(['rollback', 'strandline', '1', '--namespace', namespace]);
    assert.equal(await schedule(), '0 2 * * *');
    await scan('three');
    await inCluster(['uninstall', 'strandline', '--namespace', namespace]);

    assert.deepEqual(await history(), ['one', 'two', 'three']);
    assert.equal(await claimUid(), uid, 'the claim outlives the release');
    assert.match(notes, /helm test strandline/);

    async function scan(name: string): Promise<void> {
      await createJobFrom(cluster, namespace, 'strandline-scan', name);
      const end = await waitForJob(cluster, namespace, name);
      assert.equal(end.succeeded, true, end.log);
    }
  });

  async function olderChart(): Promise<string> {
    const copy = join(scratch, 'older');
    await cp(chart, copy, { recursive: true });
    const file = join(copy, 'Chart.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/^version: .*$/m, 'version: 0.0.1'));
    return copy;
  }

  /** A stand-in for the program that adds the Job's name to a file on the volume. */
  async function standInValues(image: string): Promise<string> {
    const [repositoryName, tag] = image.split(/:(?=[^:]*$)/);
    const script = "require('fs').appendFileSync('/data/history.txt', process.env.STRANDLINE_JOB_NAME + '\\n')";
    const file = join(scratch, 'values.json');
    const values = {
      image: { repository: repositoryName, tag, pullPolicy: 'Never' },
      scan: { args: ['node', '-e', script] },
      persistence: { storageClassName: '-' },
    };
    await writeFile(file, JSON.stringify(values));
    return file;
  }
});

/** What makes a CronJob do what it does, without names and labels that Helm and kustomize give in their own ways. */
function comparable(cronJob: Manifest): unknown {
  const spec = structuredClone(cronJob['spec']);
  const template = spec.jobTemplate.spec.template;
  spec.suspend ??= false;
  delete spec.jobTemplate.metadata;
  delete template.metadata;
  const [container] = template.spec.containers;
  container.image = container.image.split(':')[0];
  delete container.imagePullPolicy;
  container.env = container.env
    .map(({ name }: { name: string }) => name)
    .filter((name: string) => name === 'STRANDLINE_JOB_NAME');
  return spec;
}
