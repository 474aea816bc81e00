import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../../src/simulate/certificate.ts';

const version = 'v1.8.0';
const cacheDir = process.env['STRANDLINE_TEST_CACHE'] ?? join(homedir(), '.cache', 'test-kube');

export interface S3Server {
  readonly endpoint: string;
  readonly caPem: string;
  /** For another server beside it that the same CA vouches for. */
  readonly tls: { readonly cert: string; readonly key: string };
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Buckets are folders in here. */
  readonly folder: string;
  createBucket(name: string): void;
  stop(): Promise<void>;
}

/** A real S3 server over TLS on a free loopback port. Built once with Go when it is not there: needs Go 1.24. */
export async function startS3Server(): Promise<S3Server> {
  const binary = ensureVersitygw();
  const scratch = mkdtempSync(join(tmpdir(), 'strandline-s3-'));
  const folder = join(scratch, 'buckets');
  mkdirSync(folder);
  const { cert, key, caPem } = await makeCertificate({ names: ['localhost'], ips: ['127.0.0.1'] });
  writeFileSync(join(scratch, 'cert.pem'), cert);
  writeFileSync(join(scratch, 'key.pem'), key, { mode: 0o600 });
  const port = await findFreePort();
  const accessKeyId = 'strandline-test';
  const secretAccessKey = 'a-secret-for-tests-only';
  const certificate = ['--cert', join(scratch, 'cert.pem'), '--key', join(scratch, 'key.pem')];
  const sidecar = join(scratch, 'metadata');
  mkdirSync(sidecar);
  const child = spawn(
    binary,
    [...certificate, '--port', `127.0.0.1:${port}`, '--keep-alive', '--quiet', 'posix', '--sidecar', sidecar, folder],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
    },
  );
  await untilListening(child, port);
  return {
    endpoint: `https://127.0.0.1:${port}`,
    caPem,
    tls: { cert, key },
    accessKeyId,
    secretAccessKey,
    folder,
    createBucket: (name) => mkdirSync(join(folder, name)),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

function ensureVersitygw(): string {
  const binary = join(cacheDir, 'versitygw');
  if (existsSync(binary)) return binary;
  mkdirSync(cacheDir, { recursive: true });
  execFileSync('go', ['install', `github.com/versity/versitygw/cmd/versitygw@${version}`], {
    env: { ...process.env, GOBIN: cacheDir, CGO_ENABLED: '0' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return binary;
}

function findFreePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const { connect } = await import('node:net');
  for (let tries = 0; tries < 100; tries += 1) {
    if (child.exitCode !== null) throw new Error(`versitygw ended with ${child.exitCode}: ${errors}`);
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGKILL');
  throw new Error(`versitygw does not listen: ${errors}`);
}
