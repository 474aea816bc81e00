import { writeFileSync } from 'node:fs';
import https from 'node:https';
import { WebSocket } from 'ws';
import { runCli } from '../../../src/cli/program.ts';
import { wirePorts } from '../../../src/run/wire.ts';

/** What `collect` asks of both sides, so that the floor can ask exactly the same. Passwords and keys are in it: a scratch file. */
export interface RecordedCalls {
  readonly rpc: { readonly url: string; readonly messages: readonly string[] };
  /** List paths of the cluster with their query, first pages only: the floor follows `continue` itself. */
  readonly lists: readonly string[];
  readonly cluster: { readonly origin: string; readonly authorization: string };
}

const [configFile = '', out = ''] = process.argv.slice(2);
const messages: string[] = [];
const lists: string[] = [];
let origin = '';
let authorization = '';
let rpcUrl = '';

const { send } = WebSocket.prototype;
WebSocket.prototype.send = function record(this: WebSocket, data: unknown) {
  rpcUrl = this.url;
  messages.push(String(data));
  return Reflect.apply(send, this, [data]);
};
const { request } = https;
https.request = ((target: string | URL | https.RequestOptions, options: https.RequestOptions, ...rest: never[]) => {
  const url = typeof target === 'string' ? new URL(target) : undefined;
  if (url?.searchParams.has('limit') && !url.searchParams.has('continue')) {
    lists.push(`${url.pathname}${url.search}`);
    origin = url.origin;
    authorization = String(new Headers(options.headers as Record<string, string>).get('authorization'));
  }
  return request(target as string, options, ...rest);
}) as typeof https.request;

const quiet = { write: () => {}, isTerminal: false };
const code = await runCli(['collect', '--config', configFile, '--out', `${out}.inventory`], {
  env: { HOME: '/nonexistent' },
  cwd: process.cwd(),
  stdout: quiet,
  stderr: { write: (text: string) => void process.stderr.write(text), isTerminal: false },
  now: () => new Date(process.env['BENCH_NOW'] ?? Date.now()),
  signal: new AbortController().signal,
  signalNumber: () => undefined,
  loadPorts: async () => wirePorts(),
});
const calls: RecordedCalls = { rpc: { url: rpcUrl, messages }, lists, cluster: { origin, authorization } };
writeFileSync(out, JSON.stringify(calls), { mode: 0o600 });
process.exitCode = code;
