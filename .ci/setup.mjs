// Runs on the host's Node (20 or newer), before `npm start` and `npm test`: installs node_modules from the lock file,
// Node 24 among it, and does nothing when they are up to date already.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.strandline-installed');
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package.json')))
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(`${process.platform} ${process.arch}`)
  .digest('hex');

// A linked node_modules belongs to another checkout, which installs it.
const isLinked = lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

if (!isLinked && (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted)) {
  process.stderr.write('Installing dependencies (once; about half a minute)…\n');
  // `npm ci` removes node_modules first, and with it the Node 24 that may be running this: npm gets the host's Node.
  const { npm_execpath: npm, npm_node_execpath: hostNode } = process.env;
  const [command, args] = npm === undefined || hostNode === undefined ? ['npm', []] : [hostNode, [npm]];
  const path = process.env.PATH.split(delimiter).filter((entry) => !entry.startsWith(join(root, 'node_modules')));
  execFileSync(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: { ...process.env, PATH: path.join(delimiter) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(stamp, wanted);
}
