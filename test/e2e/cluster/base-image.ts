import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './exec.ts';
import { buildahStore, hasImage } from './image.ts';
import { ensureImagePackages } from './tools.ts';

const repository = join(import.meta.dirname, '../../..');

/**
 * Stands in for the official slim image of Node 24 where no registry can be reached: Debian by debootstrap, with Node
 * and npm at the same paths. About a minute, once per machine and Node version.
 */
export async function ensureBaseImage(): Promise<string> {
  const node = join(repository, 'node_modules/node/bin/node');
  const version = (await run(node, ['--version'])).trim();
  const tag = `localhost/strandline-base:bookworm-slim-node-${version}`;
  if (await hasImage(tag)) return tag;
  await ensureImagePackages();
  const root = await mkdtemp('/var/tmp/strandline-base-');
  try {
    await leaveOutDocs(root);
    await run('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', root]);
    await run('apt-get', ['clean', '-o', `Dir::Cache=${join(root, 'var/cache/apt')}`]);
    await addNode(root, node);
    await useSecurityUpdates(root);
    await commit(root, tag);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  return tag;
}

/** As the slim images do it: no manuals, no translations, of the documentation only the copyright. */
async function leaveOutDocs(root: string): Promise<void> {
  const folder = join(root, 'etc/dpkg/dpkg.cfg.d');
  await mkdir(folder, { recursive: true });
  const excluded = ['man', 'info', 'locale', 'lintian', 'doc'].map((name) => `path-exclude /usr/share/${name}/*`);
  await writeFile(join(folder, 'slim'), [...excluded, 'path-include /usr/share/doc/*/copyright', ''].join('\n'));
}

async function addNode(root: string, node: string): Promise<void> {
  await cp(node, join(root, 'usr/local/bin/node'), { dereference: true });
  const npm = dirname(dirname(await realpath((await run('sh', ['-c', 'command -v npm'])).trim())));
  await cp(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  for (const program of ['npm', 'npx']) {
    await symlink(`../lib/node_modules/npm/bin/${program}-cli.js`, join(root, 'usr/local/bin', program));
  }
}

/** The browser must come with its security updates: debootstrap only writes the release itself. */
async function useSecurityUpdates(root: string): Promise<void> {
  const list = join(root, 'etc/apt/sources.list');
  const mirror = (await readFile(list, 'utf8')).split(' ').find((word) => word.startsWith('http'));
  if (mirror === undefined) throw new Error(`no mirror in ${list}`);
  const security = mirror.replace(/debian\/?$/, 'debian-security');
  await writeFile(list, `deb ${mirror} bookworm main\ndeb ${security} bookworm-security main\n`);
}

async function commit(root: string, tag: string): Promise<void> {
  const archive = `${root}.tar`;
  try {
    await run('tar', ['-C', root, '--exclude=./dev/*', '--exclude=./proc/*', '-cf', archive, '.']);
    const container = (await run('buildah', [...buildahStore, 'from', 'scratch'])).trim();
    await run('buildah', [...buildahStore, 'add', '--quiet', container, archive, '/']);
    await run('buildah', [
      ...buildahStore,
      'config',
      '--env',
      'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      container,
    ]);
    await run('buildah', [...buildahStore, 'commit', '--quiet', '--rm', container, tag]);
  } finally {
    await rm(archive, { force: true });
  }
}
