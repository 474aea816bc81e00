import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { blocksOf } from '../docs/blocks.ts';
import type { Cluster } from './cluster/cluster.ts';
import { run } from './cluster/exec.ts';
import { makeVolume } from './cluster/jobs.ts';
import { repository } from './cluster/manifests.ts';
import { ensureHelm } from './cluster/tools.ts';
import { sharedInstallation } from './support/installation.ts';
import { type Walk, walkBlock } from './support/walk.ts';

const page = 'docs/getting-started.md';
const namespace = 'strandline'; // as the page says
const claim = 'strandline-data';

/**
 * The page, literally: every file that it tells to write, every command in its order, and what each prints. Other than on
 * the page are only the names in `substitutions`, the volume (made by hand, for there is no provisioner), and the image,
 * which is there already.
 */
describe(`[E] a newcomer follows ${page}`, function newcomerSuite() {
  this.timeout(400_000);
  let cluster: Cluster;
  let helm: string;
  let walk: Walk;

  before(async () => {
    const installation = await sharedInstallation();
    const { nas, image, estate } = installation;
    cluster = installation.cluster;
    helm = await ensureHelm();
    const folder = await mkdtemp(join(tmpdir(), 'strandline-newcomer-'));
    const [name = '', tag = ''] = image.split(/:(?=[^:]*$)/);
    walk = {
      folder,
      env: { ...(await makePrograms(folder)), HOME: folder, KUBECONFIG: await makeKubeconfig(folder) },
      substitutions: {
        'nas01.example.org:443': new URL(nas.url).host,
        'https://nas01.example.org': nas.url,
        '1-…your key…': estate.nases[0]?.users[0]?.apiKey ?? '',
        'registry.example.org/strandline': name,
        'ag: 0.1.0': `ag: ${tag}`,
      },
    };
    await cp(join(repository, 'cronjob'), join(folder, 'cronjob'), { recursive: true });
  });

  after(async () => {
    await run(helm, ['uninstall', 'strandline', '-n', namespace, '--kubeconfig', cluster.kubeconfig]).catch(() => {});
    await cluster.kc(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
    await rm(walk.folder, { recursive: true, force: true });
  });

  /** `strandline` as `npm pack` installs it (test/integration/package), straight from the repository. */
  async function makePrograms(folder: string): Promise<{ PATH: string }> {
    const bin = join(folder, 'bin');
    await mkdir(bin);
    for (const [name, program] of Object.entries({ kubectl: cluster.kubectl, helm }))
      if (isAbsolute(program)) await symlink(program, join(bin, name)); // else it is on the PATH already
    const main = join(repository, 'src/main.ts');
    await writeFile(join(bin, 'strandline'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 });
    return { PATH: `${bin}:${process.env['PATH']}` };
  }

  async function makeKubeconfig(folder: string): Promise<string> {
    const file = join(folder, 'kubeconfig');
    await cp(cluster.kubeconfig, file);
    const kubectl = (...args: string[]) => run(cluster.kubectl, ['--kubeconfig', file, 'config', ...args]);
    await kubectl('rename-context', (await kubectl('current-context')).trim(), 'prod');
    return file;
  }

  async function follow(section: string, atLeast: number): Promise<void> {
    const blocks = blocksOf(page).filter(
      ({ section: own, notRun, savedAs }) =>
        own === section && (savedAs !== undefined || notRun === 'test/e2e/newcomer walks it'),
    );
    let walked = 0;
    let wrong = '';
    for (const block of blocks) {
      const { commands, objections } = await walkBlock(block, walk);
      walked += commands;
      wrong += objections.join('\n');
    }
    assert.equal(wrong, '');
    process.stdout.write(`      ${walked} commands were as shown\n`);
    assert.ok(walked >= atLeast, `only ${walked} commands`);
  }

  it('2. Point it at your own', () => follow('2. Point it at your own', 7));

  it('3. Every night, in the cluster', () => follow('3. Every night, in the cluster', 2));

  it('3. With kustomize', async () => {
    await makeVolume(cluster, 'newcomer-1', claim, namespace);
    await follow('With kustomize', 5);
  });

  it('3. With Helm', async () => {
    await makeVolume(cluster, 'newcomer-2', claim, namespace);
    await follow('3. Every night, in the cluster', 2); // what the other way to install it removed
    await follow('With Helm', 5);
  });
});
