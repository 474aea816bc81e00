import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBaseImage } from './base-image.ts';
import { run } from './exec.ts';
import { buildImage, hasImage } from './image.ts';
import { cacheDir } from './tools.ts';

const repository = join(import.meta.dirname, '../../..');

/** What the Containerfile copies; nothing else of the working tree reaches the build. */
const sources = [
  ...['package.json', 'package-lock.json', '.puppeteerrc.cjs', 'tsconfig.json', 'LICENSE'],
  ...['.ci', 'src', 'fixtures', 'templates', 'cronjob'],
];

/** Taken out of the environment: programs that tests start would take it for a key of their config. */
const readyImage = process.env['STRANDLINE_E2E_IMAGE'];
delete process.env['STRANDLINE_E2E_IMAGE'];

/** The image as it ships, on a base that can be had without a registry. STRANDLINE_E2E_IMAGE names a ready one instead. */
export async function ensureAppImage(): Promise<string> {
  if (readyImage !== undefined) return readyImage;
  const base = await ensureBaseImage();
  const tag = 'localhost/strandline:e2e';
  await buildImage({
    containerfile: join(repository, 'cronjob/Containerfile'),
    contextDir: repository,
    only: sources,
    tag,
    args: { BASE: base, VERSION: packageVersion() },
    volumes: await registryAccess(),
  });
  if (!(await hasImage(tag))) throw new Error(`${tag} was not built`);
  return tag;
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string }).version;
}

/**
 * npm in the build uses the registry and the CA of this machine, wherever they are configured. Mounted for the build
 * only: they do not become part of the image.
 */
async function registryAccess(): Promise<string[]> {
  const registry = (await run('npm', ['config', 'get', 'registry'], { cwd: '/' })).trim();
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  const { NODE_EXTRA_CA_CERTS, SSL_CERT_FILE } = process.env;
  const caFile = [NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, certificates].find(
    (path) => path !== undefined && existsSync(path),
  );
  const mountedCa = '/root/.build-ca.crt'; // not the image's own bundle: installing ca-certificates rewrites that
  const settings = join(cacheDir, 'build.npmrc');
  await writeFile(settings, `registry=${registry}\n${caFile === undefined ? '' : `cafile=${mountedCa}\n`}`);
  return [`${settings}:/root/.npmrc`, ...(caFile === undefined ? [] : [`${caFile}:${mountedCa}`])];
}
