// What the package and the image run: `dist/src/`, our code and the small packages it is made of in a few files. 3,500
// modules one by one take Node 1.5 s and 170 MB at every start; these take 0.4 s. `node .ci/build.mjs`.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Beside one another, because processes and threads of their own are found beside the file that starts them. */
export const programs = {
  main: 'src/main.ts',
  'scan-process': 'src/server/scans/scan-process.ts',
  'render-worker': 'src/run/render-worker.ts',
  'wire-fleet-worker': 'src/run/wire-fleet-worker.ts',
};

/** What stays outside: programs, fonts and pages beside their code, and what is loaded only where it is configured. */
const external = [
  ...['@duckdb/*', 'puppeteer', '@sparticuz/chromium', '@fontsource/*', 'fastify', '@fastify/*', 'pino', 'pino-pretty'],
  ...['@aws-sdk/*', '@opentelemetry/*', 'pdf-lib', 'proxy-agent'],
];

/** CommonJS packages ask for modules of Node. */
const banner = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
].join('\n');

/** Into `folder` below the repository. Files that are imported late stay apart and are loaded late. */
export async function bundle(folder, entryPoints = programs) {
  const outdir = join(root, folder);
  rmSync(outdir, { recursive: true, force: true });
  const form = { bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node24' };
  const output = { outdir, banner: { js: banner }, legalComments: 'none', logLevel: 'warning' };
  await build({ absWorkingDir: root, entryPoints, external, ...form, ...output });
}

if (import.meta.main) await bundle('dist/src');
