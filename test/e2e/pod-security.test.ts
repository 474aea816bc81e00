import assert from 'node:assert/strict';
import type { Cluster } from './cluster/cluster.ts';
import { tryRun } from './cluster/exec.ts';
import { applyAll, find, type Manifest, moveTo, renderOverlay, toList, uniqueNamespace } from './cluster/manifests.ts';
import { sharedControlPlane } from './cluster/shared.ts';

describe('[E] Pod Security of the real API server', function podSecuritySuite() {
  this.timeout(60_000);
  const namespace = uniqueNamespace('psa');
  let cluster: Cluster;
  let manifests: Manifest[];

  before(async () => {
    cluster = await sharedControlPlane();
    manifests = moveTo(namespace, await renderOverlay(cluster, 'overlays/weekly'));
    await applyAll(cluster, manifests);
  });

  after(async () => {
    await cluster.kc(['delete', 'namespace', namespace, '--wait=false']);
    await cluster.kc(['delete', 'clusterrole,clusterrolebinding', namespace]);
  });

  /** The pod of a shipped CronJob, after `weaken`. */
  async function createPod(name: string, weaken: (spec: Manifest) => void) {
    const template = structuredClone(find(manifests, 'CronJob', name)['spec'].jobTemplate.spec.template);
    weaken(template.spec);
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...template.metadata, name, namespace },
      spec: template.spec,
    };
    const args = ['--kubeconfig', cluster.kubeconfig, 'create', '--dry-run=server', '-f', '-'];
    return tryRun(cluster.kubectl, args, { input: toList([pod]) });
  }

  it('the shipped namespace enforces restricted', async () => {
    const label = '{.metadata.labels.pod-security\\.kubernetes\\.io/enforce}';
    assert.equal(await cluster.kc(['get', 'namespace', namespace, '-o', `jsonpath=${label}`]), 'restricted');
  });

  for (const name of ['strandline-scan', 'strandline-report']) {
    it(`takes the pod of ${name}`, async () => {
      const { code, stderr } = await createPod(name, () => {});

      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stderr, /PodSecurity/);
    });
  }

  for (const [what, weaken] of [
    ['root', (spec: Manifest) => Object.assign(spec['securityContext'], { runAsNonRoot: false, runAsUser: 0 })],
    ['no seccomp profile', (spec: Manifest) => delete spec['securityContext'].seccompProfile],
    ['capabilities', (spec: Manifest) => delete spec['containers'][0].securityContext.capabilities],
    ['privilege escalation', (spec: Manifest) => delete spec['containers'][0].securityContext.allowPrivilegeEscalation],
    ['a folder of the host', (spec: Manifest) => spec['volumes'].push({ name: 'h', hostPath: { path: '/' } })],
  ] as const) {
    it(`refuses the same pod with ${what}`, async () => {
      const { code, stderr } = await createPod('strandline-scan', weaken);

      assert.equal(code, 1);
      assert.match(stderr, /violates PodSecurity "restricted/);
    });
  }
});
