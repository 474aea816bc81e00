import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ScanResult } from '../../src/model/scan-result.ts';
import { asBuiltHere } from './cluster/jobs.ts';
import { applyAll, find, type Manifest, moveTo, renderOverlay } from './cluster/manifests.ts';
import { buildConfig } from './support/config.ts';
import { findingKeys, resultKeys } from './support/findings.ts';
import { type Installation, sharedInstallation } from './support/installation.ts';

const configMap = 'strandline-fleet-config';

/** What `overlays/fleet` installs, beside the shared installation: on its claim instead of in a bucket. */
describe('[E] a fleet as an Indexed Job in real pods', function fleetSuite() {
  this.timeout(400_000);
  let strandline: Installation;

  before(async () => {
    strandline = await sharedInstallation();
    const { cluster, estate, namespace, nas, services, image } = strandline;
    const manifests = moveTo(namespace, await renderOverlay(cluster, 'overlays/fleet'));
    const shares = here(find(manifests, 'CronJob', 'strandline-shares'));
    shares['spec'].jobTemplate.spec.completions = 2;
    const scan = here(find(manifests, 'CronJob', 'strandline-scan'));
    scan.metadata.name = 'strandline-join';
    const map = structuredClone(find(manifests, 'ConfigMap'));
    map.metadata.name = configMap;
    const { email: _mail, pushgateway: _metrics, ...config } = buildConfig(estate, nas, services);
    map['data'] = {
      'config.yaml': stringify({
        ...config,
        deployment: 'fleet',
        limits: { shareMaxAge: '1h', shareWait: '4m' },
        history: { dir: '/data/fleet/history' },
        output: { dir: '/data/fleet/reports', formats: ['html', 'json'] },
      }),
    };
    await applyAll(cluster, [map, shares, scan]);

    function here(manifest: Manifest): Manifest {
      const copy = asBuiltHere(manifest, image, namespace);
      const { volumes } = copy['spec'].jobTemplate.spec.template.spec;
      for (const volume of volumes) {
        if (volume.name === 'config') volume.configMap.name = configMap;
        if (volume.name !== 'data') continue;
        delete volume.emptyDir;
        volume.persistentVolumeClaim = { claimName: 'strandline-data' };
      }
      return copy;
    }
  });

  /** The installation as others expect it: no scan has taken the Lease. */
  after(() => strandline.cluster.kc(['-n', strandline.namespace, 'delete', 'lease', 'strandline']));

  it('a pod for each source stores its share; the join, begun before them, waits and says the truth', async () => {
    const { cluster, namespace, estate } = strandline;
    const create = (cronJob: string, name: string) =>
      cluster.kc(['-n', namespace, 'create', 'job', `--from=cronjob/${cronJob}`, name]);
    await create('strandline-join', 'fleet-join');
    await strandline.untilLogged('fleet-join', /waiting for shares/);
    await create('strandline-shares', 'fleet-shares');
    const shares = await strandline.endOf('fleet-shares');
    const joined = await strandline.endOf('fleet-join');

    assert.equal(shares.succeeded, true, shares.log);
    const indexes = ['get', 'job', 'fleet-shares', '-o', 'jsonpath={.status.completedIndexes}'];
    assert.equal(await cluster.kc(['-n', namespace, ...indexes]), '0,1');
    assert.equal(joined.succeeded, true, joined.log);
    const text = await readFile(join(strandline.dataDir, 'fleet/reports/result.json'), 'utf8');
    const result = JSON.parse(text) as ScanResult;
    assert.deepEqual(resultKeys(result), findingKeys(estate.truth.findings));
    assert.equal(result.scan.complete, true);
    assert.match(result.notes.find(({ kind }) => kind === 'joined')?.text ?? '', /shares of 2 of 2 sources/);
  });
});
