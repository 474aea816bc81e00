import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ScanResult } from '../../src/model/scan-result.ts';
import type { Cluster } from './cluster/cluster.ts';
import { run } from './cluster/exec.ts';
import { createJobFrom, makeVolume, waitForJob } from './cluster/jobs.ts';
import { repository, uniqueNamespace } from './cluster/manifests.ts';
import { ensureHelm } from './cluster/tools.ts';
import { buildConfig, secretFiles } from './support/config.ts';
import { findingKeys, resultKeys } from './support/findings.ts';
import { type Installation, sharedInstallation } from './support/installation.ts';

const chart = join(repository, 'cronjob/helm/strandline');

describe('[E] a release of the Helm chart', function helmReleaseSuite() {
  this.timeout(400_000);
  const namespace = uniqueNamespace('release');
  let helm: string;
  let strandline: Installation;
  let cluster: Cluster;
  let scratch: string;
  let folder: string;
  let claimUid: string;

  before(async () => {
    [helm, strandline] = await Promise.all([ensureHelm(), sharedInstallation()]);
    cluster = strandline.cluster;
    scratch = await mkdtemp(join(tmpdir(), 'strandline-release-'));
    await cluster.kc(['create', 'namespace', namespace]);
    await cluster.kc(['label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted']);
    folder = await makeVolume(cluster, namespace, 'strandline-data', namespace);
    await writeFile(join(scratch, 'values.json'), JSON.stringify(values()));
  });

  after(async () => {
    await rm(scratch, { recursive: true, force: true });
    await cluster.kc(['delete', 'namespace', namespace, '--wait=false']);
  });

  /** The image of this build, and the shared installation's systems; the class `-` leaves the claim to the volume above. */
  function values(): unknown {
    const { estate, nas, services, image } = strandline;
    const [name, tag] = image.split(/:(?=[^:]*$)/);
    const {
      history: _,
      output: _folder,
      email: _mail,
      pushgateway: _metrics,
      ...config
    } = buildConfig(estate, nas, services);
    return {
      image: { repository: name, tag, pullPolicy: 'Never' },
      config: { ...config, deployment: 'release' },
      credentials: { files: secretFiles(estate, nas, services) },
      scan: { suspend: true },
      persistence: { storageClassName: '-' },
    };
  }

  const call = (...args: string[]) =>
    run(helm, [...args, '--namespace', namespace, '--kubeconfig', cluster.kubeconfig]);
  const given = () => ['--values', join(scratch, 'values.json')];
  const read = (kind: string, name: string, path: string) =>
    cluster.kc(['-n', namespace, 'get', kind, name, '-o', `jsonpath={${path}}`]);

  async function scan(name: string): Promise<ScanResult> {
    await createJobFrom(cluster, namespace, 'strandline-scan', name);
    const end = await waitForJob(cluster, namespace, name);
    assert.equal(end.succeeded, true, end.log);
    return JSON.parse(await readFile(join(folder, 'reports/result.json'), 'utf8')) as ScanResult;
  }

  /** How often each finding has been seen: as often as history remembers. */
  const timesSeen = ({ findings }: ScanResult) => [...new Set(findings.map(({ age }) => age.scansSeen))];

  it('an older version installs, and its first scan finds the truth', async () => {
    const older = join(scratch, 'older');
    await cp(chart, older, { recursive: true });
    const facts = join(older, 'Chart.yaml');
    await writeFile(facts, (await readFile(facts, 'utf8')).replace(/^version: .*$/m, 'version: 0.0.1'));
    const notes = await call('install', 'strandline', older, ...given());
    claimUid = await read('pvc', 'strandline-data', '.metadata.uid');
    const result = await scan('one');

    assert.match(notes, /helm test strandline/);
    assert.deepEqual(resultKeys(result), findingKeys(strandline.estate.truth.findings));
    assert.deepEqual(timesSeen(result), [1]);
  });

  it('`helm test` asks every system from inside the cluster', async () => {
    const said = await call('test', 'strandline', '--logs', '--timeout', '4m');

    assert.match(said, /Phase:\s+Succeeded/);
    assert.match(said, /nas\/nas01/);
    assert.match(said, /cluster\/prod/);
  });

  it('after an upgrade with a changed value the next scan remembers the first', async () => {
    await call('upgrade', 'strandline', chart, ...given(), '--set', 'scan.schedule=30 3 * * *');

    assert.equal(await read('cronjob', 'strandline-scan', '.spec.schedule'), '30 3 * * *');
    assert.deepEqual(timesSeen(await scan('two')), [2]);
  });

  it('after the rollback it remembers both', async () => {
    await call('rollback', 'strandline', '1');

    assert.equal(await read('cronjob', 'strandline-scan', '.spec.schedule'), '0 2 * * *');
    assert.deepEqual(timesSeen(await scan('three')), [3]);
  });

  it('uninstalling it leaves the claim and its history', async () => {
    await call('uninstall', 'strandline');

    assert.equal(await read('pvc', 'strandline-data', '.metadata.uid'), claimUid);
    const kept = JSON.parse(await readFile(join(folder, 'reports/result.json'), 'utf8')) as ScanResult;
    assert.equal(kept.scan.runId, 'three');
  });
});
