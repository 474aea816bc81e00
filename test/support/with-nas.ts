import { request } from 'node:https';
import type { NasState } from '../../src/simulate/estate.ts';
import { startTrueNas, type TrueNasOptions, type TrueNasSimulator } from '../../src/simulate/truenas/server.ts';
import { openRpc, type RpcClient } from './json-rpc-client.ts';
import { makeNasState, scanKey } from './nas-state.ts';

export const simulatedNow = new Date('2026-11-23T02:00:00Z');

/** Runs a test against a simulated NAS and closes it whatever happens. */
export async function withNas<T>(
  fields: Partial<NasState>,
  use: (nas: TrueNasSimulator) => Promise<T>,
  options: TrueNasOptions = {},
): Promise<T> {
  const nas = await startTrueNas(makeNasState(fields), { now: simulatedNow, ...options });
  try {
    return await use(nas);
  } finally {
    await nas.close();
  }
}

/** The same with a JSON-RPC client that has logged in with a read-only key. */
export async function withRpc<T>(
  fields: Partial<NasState>,
  use: (client: RpcClient, nas: TrueNasSimulator) => Promise<T>,
  options: TrueNasOptions = {},
): Promise<T> {
  return withNas(
    fields,
    async (nas) => {
      const client = await openRpc(nas);
      await client.result('auth.login_with_api_key', scanKey);
      try {
        return await use(client, nas);
      } finally {
        client.close();
      }
    },
    options,
  );
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: unknown;
}

export interface HttpCall {
  readonly method?: string;
  readonly authorization?: string;
  readonly body?: unknown;
}

/** One HTTPS request. `authorization` defaults to the read-only key. */
export function askHttp(nas: TrueNasSimulator, path: string, call: HttpCall = {}): Promise<HttpAnswer> {
  const body = call.body === undefined ? '' : JSON.stringify(call.body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${nas.url}${path}`,
      {
        method: call.method ?? 'GET',
        ca: nas.caPem,
        agent: false,
        headers: {
          authorization: call.authorization ?? `Bearer ${scanKey}`,
          ...(body !== '' && { 'content-length': String(Buffer.byteLength(body)) }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
