import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from './cluster/cluster.ts';
import { run, tryRun } from './cluster/exec.ts';
import {
  find,
  type Manifest,
  parseManifests,
  renderOverlay,
  repository,
  toList,
  uniqueNamespace,
} from './cluster/manifests.ts';
import { sharedControlPlane } from './cluster/shared.ts';
import { ensureHelm } from './cluster/tools.ts';

const chart = join(repository, 'cronjob/helm/strandline');
const combinations = (await readdir(join(chart, 'ci'))).map((name) => join(chart, 'ci', name));
const restricted = ['pod-security.kubernetes.io/enforce=restricted', 'pod-security.kubernetes.io/warn=restricted'];

describe('[E] the Helm chart', function helmSuite() {
  this.timeout(240_000);
  let helm: string;
  let cluster: Cluster;
  const namespaces: string[] = [];

  before(async () => {
    [helm, cluster] = await Promise.all([ensureHelm(), sharedControlPlane()]);
  });

  after(async () => {
    if (namespaces.length > 0) await cluster.kc(['delete', 'namespace', ...namespaces, '--wait=false']);
  });

  async function newNamespace(prefix: string): Promise<string> {
    const namespace = uniqueNamespace(prefix);
    await cluster.kc(['create', 'namespace', namespace]);
    await cluster.kc(['label', 'namespace', namespace, ...restricted]);
    namespaces.push(namespace);
    return namespace;
  }

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

  it('refuses a fleet whose pods would share nothing, or whose size it cannot know', async () => {
    for (const [place, set, said] of [
      ['s3', 'persistence.accessModes={ReadWriteOnce}', /one place/],
      ['volume', 'persistence.enabled=false', /one place/],
      ['s3', 'existingConfigMap=mine', /fleet\.completions/],
    ] as const) {
      const given = fleetOf({ nases: 1, clusters: 1, place });
      const args = ['template', chart, '--kube-version', '1.34.4', ...given, '--set', set];
      const { code, stderr } = await tryRun(helm, args);

      assert.notEqual(code, 0, set);
      assert.match(stderr, said);
    }
  });

  it('installs the alerts of cronjob/monitoring, whose runbooks are where the values say', async () => {
    const [shipped] = parseManifests(
      await readFile(join(repository, 'cronjob/monitoring/prometheusrule.yaml'), 'utf8'),
    );
    const base = 'https://git.example.org/strandline/';
    const values = ['monitoring.rules.enabled=true', `monitoring.rules.runbookBase=${base}`];
    const rendered = find(await template(...values.flatMap((value) => ['--set', value])), 'PrometheusRule');

    const moved = JSON.stringify(shipped?.['spec']).replaceAll('"docs/metrics', `"${base}docs/metrics`);
    assert.ok(moved.includes(base));
    assert.deepEqual(rendered['spec'], JSON.parse(moved));
  });

  it('runs the same Jobs as the kustomize overlay does', async () => {
    const overlay = await renderOverlay(cluster, 'overlays/weekly');
    const rendered = await template('--set', 'report.enabled=true');
    for (const part of ['scan', 'report', 'upkeep']) {
      const name = `strandline-${part}`;
      assert.deepEqual(comparable(find(rendered, 'CronJob', name)), comparable(find(overlay, 'CronJob', name)), part);
    }
    const rotation = await renderOverlay(cluster, 'overlays/rotation');
    const optedIn = await template(
      ...['--set', 'rotation.enabled=true', '--set', 'rotation.stores[0].names={strandline-credentials}'],
    );
    for (const [kind, name] of [
      ['CronJob', 'strandline-rotate'],
      ['Role', 'strandline-rotation'],
    ] as const) {
      const [ours, theirs] = [find(optedIn, kind, name), find(rotation, kind, name)];
      if (kind === 'CronJob') assert.deepEqual(comparable(ours), comparable(theirs));
      else assert.deepEqual(ours['rules'], theirs['rules']);
    }
    const fleet = await renderOverlay(cluster, 'overlays/fleet');
    const joined = await template(
      ...fleetOf({ nases: 2, clusters: 3, place: 's3' }),
      '--set',
      'persistence.enabled=false',
    );
    for (const part of ['shares', 'scan']) {
      const name = `strandline-${part}`;
      assert.deepEqual(comparable(find(joined, 'CronJob', name)), comparable(find(fleet, 'CronJob', name)), part);
    }
    assert.deepEqual(find(rendered, 'ClusterRole')['rules'], find(overlay, 'ClusterRole')['rules']);
    assert.deepEqual(find(rendered, 'Role')['rules'], find(overlay, 'Role')['rules']);
  });
});

function fleetOf({ nases, clusters, place }: { nases: number; clusters: number; place: 's3' | 'volume' }): string[] {
  const config = {
    nas: Array.from({ length: nases }, (_, index) => ({ name: `nas${index}`, url: 'https://nas.example.org' })),
    clusters: Array.from({ length: clusters }, (_, index) => ({ name: `c${index}` })),
    ...(place === 's3' && { history: { s3: { bucket: 'strandline' } } }),
  };
  return ['--set', 'fleet.enabled=true', '--set-json', `config=${JSON.stringify(config)}`];
}

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
