import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { listen } from '../support/loopback.ts';

/** As much of S3 as history uses: conditional PUT, GET, DELETE, ListObjectsV2. Objects lie in files, not in memory. */
export interface Bucket {
  readonly url: string;
  /** 503 SlowDown to every call after so many; undefined = healthy. */
  failAfterCalls: number | undefined;
  readonly failed: number;
  close(): Promise<void>;
}

export async function startBucket(folder: string, host: string): Promise<Bucket> {
  mkdirSync(folder, { recursive: true });
  const files = new Map<string, { readonly file: string; readonly sizeBytes: number; readonly at: string }>();
  let failed = 0;
  let calls = 0;
  const server = await listen(
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        calls += 1;
        if (bucket.failAfterCalls !== undefined && calls > bucket.failAfterCalls) {
          failed += 1;
          error(response, 503, 'SlowDown');
          return;
        }
        const url = new URL(request.url ?? '/', 'http://bucket');
        const key = decodeURIComponent(url.pathname.split('/').slice(2).join('/'));
        const stored = files.get(key);
        const { method } = request;
        if (method === 'GET' && key === '') list(response, url.searchParams.get('prefix') ?? '');
        else if (method === 'GET' && stored === undefined) error(response, 404, 'NoSuchKey');
        else if (method === 'GET') response.writeHead(200).end(readFileSync(stored?.file ?? ''));
        else if (method === 'PUT' && stored !== undefined && request.headers['if-none-match'] === '*')
          error(response, 412, 'PreconditionFailed');
        else if (method === 'PUT') put(response, key, Buffer.concat(chunks));
        else {
          rmSync(stored?.file ?? '', { force: true });
          files.delete(key);
          response.writeHead(204).end();
        }
      });
    },
    undefined,
    host,
  );

  function put(response: ServerResponse, key: string, body: Buffer): void {
    const file = join(folder, createHash('sha256').update(key).digest('hex'));
    writeFileSync(file, body);
    files.set(key, { file, sizeBytes: body.length, at: new Date().toISOString() });
    response.writeHead(200, { etag: '"x"' }).end();
  }

  function list(response: ServerResponse, prefix: string): void {
    const rows = [...files]
      .filter(([key]) => key.startsWith(prefix))
      .map(
        ([key, { sizeBytes, at }]) =>
          `<Contents><Key>${key.replaceAll('&', '&amp;')}</Key><Size>${sizeBytes}</Size><LastModified>${at}</LastModified></Contents>`,
      );
    response
      .writeHead(200, { 'content-type': 'application/xml' })
      .end(`<ListBucketResult><IsTruncated>false</IsTruncated>${rows.join('')}</ListBucketResult>`);
  }

  const bucket: Bucket = {
    url: server.url,
    get failAfterCalls() {
      return limit;
    },
    set failAfterCalls(next) {
      limit = next;
      calls = 0;
      failed = 0;
    },
    get failed() {
      return failed;
    },
    close: () => server.close(),
  };
  let limit: number | undefined;
  return bucket;
}

function error(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
