import { cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, tryRun } from './exec.ts';
import { cacheDir, ensureImagePackages } from './tools.ts';

export interface ImageBuild {
  readonly containerfile: string;
  readonly contextDir: string;
  /** Paths below contextDir that make up the context; everything else is left out. */
  readonly only: readonly string[];
  readonly tag: string;
  readonly args?: Readonly<Record<string, string>>;
  /** Host folders that RUN steps see read-only: `/host:/in-container`. */
  readonly volumes?: readonly string[];
}

/** buildah keeps its layers below the cache: a second build of the same sources takes seconds. */
export const buildahStore: readonly string[] = [
  ...['--storage-driver', 'overlay', '--root', join(cacheDir, 'buildah')],
  ...['--runroot', join(cacheDir, 'buildah-run')],
];

export async function buildImage(build: ImageBuild): Promise<void> {
  await ensureImagePackages();
  const context = await mkdtemp(join(tmpdir(), 'strandline-context-'));
  try {
    for (const path of build.only) {
      await cp(join(build.contextDir, path), join(context, path), { recursive: true, preserveTimestamps: true });
    }
    await run('buildah', [
      ...[...buildahStore, 'build', '--isolation', 'chroot', '--layers', '--tag', build.tag],
      ...Object.entries(build.args ?? {}).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      ...(build.volumes ?? []).flatMap((volume) => ['--volume', `${volume}:ro`]),
      ...['--file', build.containerfile, context],
    ]);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

export async function hasImage(tag: string): Promise<boolean> {
  return (await tryRun('buildah', [...buildahStore, 'inspect', '--type', 'image', tag])).code === 0;
}

/** From buildah's store into the node's containerd, where `imagePullPolicy: Never` finds it. @returns archive size. */
export async function loadImage(stateDir: string, tag: string): Promise<{ readonly archiveBytes: number }> {
  const archive = join(stateDir, 'image.tar');
  await rm(archive, { force: true });
  await run('buildah', [...buildahStore, 'push', tag, `docker-archive:${archive}:${tag}`]);
  const { size } = await stat(archive);
  await run('ctr', ['-a', join(stateDir, 'containerd.sock'), '-n', 'k8s.io', 'images', 'import', archive]);
  await rm(archive);
  return { archiveBytes: size };
}
