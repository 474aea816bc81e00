import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Program, startProgram } from '../support/start-program.ts';
import { run, until } from './cluster/exec.ts';
import { repository } from './cluster/manifests.ts';
import { type Installation, sharedInstallation } from './support/installation.ts';

const monitoring = join(repository, 'cronjob/monitoring');
const absentImage = 'localhost/strandline:never-built';

describe('[E] a pod that never starts', function stalenessSuite() {
  this.timeout(400_000);
  let strandline: Installation;
  let folder: string;
  let prometheus: Program;

  before(async () => {
    strandline = await sharedInstallation();
    await strandline.scannedOnce();
    folder = await mkdtemp(join(tmpdir(), 'strandline-staleness-'));
    await writeFile(join(folder, 'rules.yaml'), shorten(await readFile(join(monitoring, 'rules.yaml'), 'utf8')));
    const scrape = await readFile(join(monitoring, 'scrape.yaml'), 'utf8');
    const target = strandline.services.gateway.url.slice('http://'.length);
    await writeFile(
      join(folder, 'prometheus.yml'),
      `global: {scrape_interval: 1s, evaluation_interval: 1s}\n${scrape.replace('pushgateway:9091', target)}`,
    );
    const places = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`];
    prometheus = await startProgram('prometheus', places, '/-/ready');
  });

  after(async () => {
    await prometheus?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The shipped rules, in which half a minute stands for the 54 hours. */
  function shorten(rules: string): string {
    const changes = [
      ['54 * 3600', '30'],
      ['for: 15m', 'for: 1s'],
      ['interval: 1m', 'interval: 1s'],
    ] as const;
    return changes.reduce((text, [shipped, short]) => {
      assert.ok(text.includes(shipped), `the rules say ${shipped} no more`);
      return text.replaceAll(shipped, short);
    }, rules);
  }

  async function isFiring(): Promise<boolean> {
    const query = 'ALERTS{alertname="StrandlineNoRecentSuccess",alertstate="firing",deployment="e2e"}';
    return (await run('promtool', ['query', 'instant', prometheus.url, query])).trim() !== '';
  }

  async function useImage(image: string): Promise<void> {
    const change = { op: 'replace', path: '/spec/jobTemplate/spec/template/spec/containers/0/image', value: image };
    const patch = ['--type=json', '-p', JSON.stringify([change])];
    await strandline.cluster.kc(['-n', strandline.namespace, 'patch', 'cronjob', 'strandline-scan', ...patch]);
  }

  it('raises the alert on a missing success, and the next complete scan ends it', async () => {
    await useImage(absentImage);
    await strandline.startJob('never-starts');
    const reason = await until('the kubelet to say why it does not start', async () => {
      const state = '{.items[0].status.containerStatuses[0].state.waiting.reason}';
      const pods = ['get', 'pods', '-l', 'batch.kubernetes.io/job-name=never-starts', '-o', `jsonpath=${state}`];
      const said = await strandline.cluster.kc(['-n', strandline.namespace, ...pods]);
      return said.startsWith('Err') ? said : undefined;
    });
    await until('the alert', async () => (await isFiring()) || undefined, { timeoutMs: 180_000, everyMs: 1_000 });
    await strandline.cluster.kc(['-n', strandline.namespace, 'delete', 'job', 'never-starts', '--wait=false']);
    await useImage(strandline.image);
    await strandline.startJob('after-silence');
    await until('its end', async () => !(await isFiring()) || undefined, { timeoutMs: 180_000, everyMs: 500 });
    const end = await strandline.endOf('after-silence');

    assert.equal(reason, 'ErrImageNeverPull');
    assert.equal(end.succeeded, true, end.log);
  });
});
