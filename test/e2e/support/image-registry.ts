import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen } from '../../support/loopback.ts';
import { run } from '../cluster/exec.ts';
import { buildahStore } from '../cluster/image.ts';

export interface ImageRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** @returns the digest of the manifest. */
  push(image: string, name: string): Promise<string>;
  /** The file of a blob in the registry's store. */
  blobFile(digest: string): string;
  manifest(reference: string): Promise<{ readonly text: string; readonly type: string }>;
  /** @returns the digest under which it is now known. */
  putManifest(reference: string, text: string, type: string): Promise<string>;
  /** @returns the digest. */
  putBlob(name: string, content: string): Promise<string>;
  stop(): Promise<void>;
}

/** The registry of go-containerregistry on a free port of loopback, with its blobs in a folder. */
export async function startImageRegistry(crane: string): Promise<ImageRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'strandline-registry-'));
  const args = ['registry', 'serve', '--address', '127.0.0.1:0', '--disk', folder];
  const child = spawn(crane, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const host = `127.0.0.1:${await portOf(child)}`;
  const manifestUrl = (reference: string) => {
    const [, name, tag] = /^([^@:]+)[@:](.+)$/.exec(reference) ?? [];
    return `http://${host}/v2/${name}/manifests/${tag}`;
  };
  return {
    host,
    async push(image, name) {
      const digestFile = join(folder, 'digest');
      const to = `docker://${host}/${name}`;
      await run('buildah', [
        ...buildahStore,
        ...['push', '--quiet', '--tls-verify=false', '--digestfile', digestFile, image, to],
      ]);
      return (await readFile(digestFile, 'utf8')).trim();
    },
    blobFile: (digest) => join(folder, ...digest.split(':')),
    async manifest(reference) {
      const answer = await ok(fetch(manifestUrl(reference)));
      return { text: await answer.text(), type: answer.headers.get('content-type') ?? '' };
    },
    async putManifest(reference, text, type) {
      const headers = { 'content-type': type };
      const answer = await ok(fetch(manifestUrl(reference), { method: 'PUT', headers, body: text }));
      return answer.headers.get('docker-content-digest') ?? '';
    },
    async putBlob(name, content) {
      const digest = await digestOf(content);
      const url = `http://${host}/v2/${name}/blobs/uploads/?digest=${digest}`;
      await ok(fetch(url, { method: 'POST', body: content }));
      return digest;
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface LyingRelay {
  readonly host: string;
  /** From now on one bit of what lies under this digest is another. */
  lieAbout(digest: string): void;
  close(): Promise<void>;
}

/** Stands before the registry, as a registry that was taken over would: the store itself notices altered blobs. */
export async function startLyingRelay(registry: ImageRegistry): Promise<LyingRelay> {
  let digest: string | undefined;
  const relay = await listen((request, response) => {
    const url = `http://${registry.host}${request.url}`;
    void fetch(url, { method: request.method ?? 'GET' }).then(async (answer) => {
      const body = Buffer.from(await answer.arrayBuffer());
      const isLie = digest !== undefined && request.url?.endsWith(digest) === true && body.length > 0;
      if (isLie) body.writeUInt8(body.readUInt8(body.length >> 1) ^ 1, body.length >> 1);
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(body);
    });
  });
  return {
    host: relay.host,
    lieAbout: (about) => {
      digest = about;
    },
    close: () => relay.close(),
  };
}

async function digestOf(content: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(content));
  return `sha256:${Buffer.from(hash).toString('hex')}`;
}

async function ok(asked: Promise<Response>): Promise<Response> {
  const answer = await asked;
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

function portOf(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-4000);
    const port = /serving on port (\d+)/.exec(said)?.[1];
    if (port !== undefined) resolve(port);
  });
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`the registry ended with ${code}: ${said}`)));
  return promise;
}
