import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cacheDir = process.env['STRANDLINE_TEST_CACHE'] ?? join(homedir(), '.cache', 'test-kube');

/** A Python with these packages (`name==version`), kept in the cache under its name. Installed once; needs Python 3. */
export function ensurePython(name: string, packages: readonly string[]): string {
  const venv = join(cacheDir, name);
  const python = join(venv, 'bin', 'python');
  if (existsSync(join(venv, 'ready'))) return python;
  execFileSync('python3', ['-m', 'venv', '--clear', venv], { stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', ...packages], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  execFileSync('touch', [join(venv, 'ready')]);
  return python;
}

/** Hands `input` as JSON to a script of test/support and gives back the JSON that it prints. @throws with its stderr. */
export async function askPython(python: string, script: string, input: unknown): Promise<unknown> {
  const child = spawn(python, [join(import.meta.dirname, script)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, SPARK_LOCAL_IP: '127.0.0.1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  const textOf = async (stream: NodeJS.ReadableStream) => {
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    return text;
  };
  const answer = Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise((resolve) => child.on('close', resolve)),
  ]);
  child.stdin.end(JSON.stringify(input));
  const [stdout, stderr, code] = await answer;
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${stderr.slice(-4000)}`);
  return JSON.parse(stdout);
}
