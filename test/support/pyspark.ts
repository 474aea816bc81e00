import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const version = '4.3.0';
const cacheDir = process.env['STRANDLINE_TEST_CACHE'] ?? join(homedir(), '.cache', 'test-kube');

export interface SparkSpec {
  readonly views: Readonly<Record<string, { readonly base: string; readonly files: readonly string[] }>>;
  readonly rows: Readonly<Record<string, { readonly data: readonly (readonly unknown[])[]; readonly schema: string }>>;
  readonly tables: Readonly<Record<string, string>>;
  readonly queries: Readonly<Record<string, string>>;
}

export type SparkAnswers = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** Asks a Spark of this machine. Installs PySpark once (450 MB); needs Python 3 and Java 17. */
export async function askSpark(spec: SparkSpec): Promise<SparkAnswers> {
  const child = spawn(ensurePyspark(), [join(import.meta.dirname, 'spark_queries.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, SPARK_LOCAL_IP: '127.0.0.1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.end(JSON.stringify(spec));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`Spark ended with ${code}: ${stderr.slice(-4000)}`);
  return JSON.parse(stdout) as SparkAnswers;
}

function ensurePyspark(): string {
  const venv = join(cacheDir, `pyspark-${version}`);
  const python = join(venv, 'bin', 'python');
  if (existsSync(join(venv, 'ready'))) return python;
  execFileSync('python3', ['-m', 'venv', '--clear', venv], { stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', `pyspark==${version}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  execFileSync('touch', [join(venv, 'ready')]);
  return python;
}
