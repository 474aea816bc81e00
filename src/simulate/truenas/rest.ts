import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Fault, halfOf } from '../faults.ts';
import { Failure } from './failure.ts';
import { emptied, type Wire } from './json-rpc.ts';
import type { Method } from './methods.ts';
import type { Login } from './nas.ts';
import type { Filter, QueryOptions } from './query.ts';
import { apiVersionsOf } from './release.ts';

interface Answer {
  readonly status: number;
  /** undefined: no body. */
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const base = '/api/v2.0';

/** Everything that is not a WebSocket: `GET /api/versions` and REST v2.0. */
export async function answerHttp(wire: Wire, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://nas');
  const call = callName(url.pathname);
  const body = await readBody(request);
  const fault = wire.faults.take(wire.nas.system, call);
  const answer = () => route(wire, request, url, body);
  if (fault === undefined) {
    const made = answer();
    wire.log.add(wire.nas.system, call, made.status);
    write(wire, response, made);
    return;
  }
  wire.log.add(wire.nas.system, call, fault.kind);
  fail(wire, response, fault, answer);
}

/** The path as the log names it: an item's id is left out. */
function callName(path: string): string {
  return path.replace(/\/id\/.+$/, '/id/{id}').replace(/(?<=.)\/$/, '');
}

function route(wire: Wire, request: IncomingMessage, url: URL, body: string): Answer {
  const { nas } = wire;
  if (url.pathname === '/api/versions') {
    const versions = apiVersionsOf(nas.state.release);
    return versions === undefined ? { status: 404, text: '404: Not Found' } : { status: 200, body: versions };
  }
  if (!url.pathname.startsWith(`${base}/`) || nas.state.release === '26')
    return { status: 404, text: '404: Not Found' };
  const login = readLogin(wire, request);
  if (login === undefined) return { status: 401, text: '401: Unauthorized' };
  nas.noteRestUse();
  if (nas.isSince('25.04') && !nas.isFullAdmin(login.user)) return { status: 403 };
  try {
    return { status: 200, body: run(wire, request, url, body, login) };
  } catch (error) {
    if (error instanceof Failure) return failureAnswer(error);
    throw error;
  }
}

function readLogin({ nas, isTls }: Wire, request: IncomingMessage): Login | undefined {
  const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme === 'Bearer') {
    const user = nas.checkKey(credentials);
    if (typeof user === 'string') return undefined;
    if (!isTls && nas.isSince('25.04')) {
      nas.revokeKey(credentials);
      return undefined;
    }
    return { user, byKey: true };
  }
  if (scheme !== 'Basic') return undefined;
  const [username = '', ...rest] = Buffer.from(credentials, 'base64').toString().split(':');
  const user = nas.checkPassword(username, rest.join(':'));
  return user === undefined ? undefined : { user, byKey: false };
}

function run(wire: Wire, request: IncomingMessage, url: URL, body: string, login: Login): unknown {
  const { nas } = wire;
  const [listPath = '', id] = url.pathname.slice(base.length).replace(/\/$/, '').split('/id/');
  const method = nas.methodOfPath(listPath);
  const wanted = method?.post === true ? 'POST' : 'GET';
  if (method === undefined || request.method !== wanted) throw new Failure('unknownMethod', '');
  const given = body === '' ? {} : parseBody(body);
  if (id !== undefined) {
    const found = nas.call(method.name, [[['id', '=', scalar(decodeURIComponent(id))]], {}], login);
    const [row] = Array.isArray(found) ? found : [];
    if (row === undefined) throw new Failure('notFound', `${method.name.replace(/\.query$/, '')} ${id} does not exist`);
    return row;
  }
  return nas.call(method.name, paramsOf(method, url, given), login);
}

function paramsOf(method: Method, url: URL, body: Readonly<Record<string, unknown>>): readonly unknown[] {
  const filters = (body['query-filters'] ?? body['filters'] ?? queryFilters(url)) as readonly Filter[];
  const options = (body['query-options'] ?? body['options'] ?? queryOptions(url)) as QueryOptions;
  if (method.name === 'smb.status') return [body['info_level'] ?? 'ALL', filters, options];
  if (method.kind === 'query') return [filters, options];
  return Object.keys(body).length === 0 ? [] : [body];
}

function parseBody(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    if (value !== null && typeof value === 'object') return value as Readonly<Record<string, unknown>>;
  } catch {
    // Answered below.
  }
  throw new Failure('validation', 'Unable to parse request body', 'body');
}

const optionNames = new Set(['limit', 'offset', 'count', 'sort', 'get']);
const suffixes: Readonly<Record<string, string>> = {
  eq: '=',
  neq: '!=',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  regex: '~',
  in: 'in',
  nin: 'nin',
  rin: 'rin',
  rnin: 'rnin',
  startswith: '^',
  endswith: '$',
};

function queryFilters(url: URL): readonly Filter[] {
  const filters: Filter[] = [];
  for (const [key, text] of url.searchParams) {
    if (optionNames.has(key) || key.startsWith('extra.')) continue;
    const [field = '', suffix = 'eq'] = key.split('__');
    const operator = suffixes[suffix];
    if (operator === undefined) throw new Failure('validation', `${suffix} is not a valid operator`, key);
    filters.push([field, operator, suffix.endsWith('in') ? text.split(',').map(scalar) : scalar(text)]);
  }
  return filters;
}

function queryOptions(url: URL): QueryOptions {
  const params = url.searchParams;
  const extra: Record<string, unknown> = {};
  for (const [key, text] of params) if (key.startsWith('extra.')) extra[key.slice('extra.'.length)] = json(text);
  const sort = params.get('sort');
  return {
    ...numberOption(params, 'limit'),
    ...numberOption(params, 'offset'),
    ...(isTrue(params.get('count')) && { count: true }),
    ...(isTrue(params.get('get')) && { get: true }),
    ...(sort !== null && { order_by: sort.split(',') }),
    extra,
  };
}

function numberOption(params: URLSearchParams, name: 'limit' | 'offset'): Partial<QueryOptions> {
  const text = params.get(name);
  return text === null ? {} : { [name]: Number(text) };
}

function isTrue(text: string | null): boolean {
  return text?.toLowerCase() === 'true' || text === '1';
}

function scalar(text: string): unknown {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };
  return text.toLowerCase() in words ? words[text.toLowerCase()] : text;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return scalar(text);
  }
}

function failureAnswer(failure: Failure): Answer {
  switch (failure.kind) {
    case 'notAuthorized':
      return { status: 403 };
    case 'unknownMethod':
      return { status: 404, text: '404: Not Found' };
    case 'matchNotFound':
    case 'instanceNotFound':
    case 'notFound':
      return { status: 404, body: { message: failure.message } };
    case 'validation':
      return { status: 422, body: { [failure.attribute ?? 'options']: [{ message: failure.message, errno: 22 }] } };
    default:
      return { status: 422, body: { message: failure.message, errno: failure.errno } };
  }
}

function fail(wire: Wire, response: ServerResponse, fault: Fault, answer: () => Answer): void {
  const say = (made: Answer) => write(wire, response, made);
  switch (fault.kind) {
    case 'latency':
      void wire.faults.delay(fault).then(() => say(answer()));
      return;
    case 'unauthorized':
      say({ status: 401, text: '401: Unauthorized' });
      return;
    case 'forbidden':
      say({ status: 403 });
      return;
    case 'notFound':
      say({ status: 404, text: '404: Not Found' });
      return;
    case 'gone':
      say({ status: 410, text: '410: Gone' });
      return;
    case 'tooManyRequests':
      say({
        status: 429,
        text: '429: Too Many Requests',
        headers: { 'Retry-After': String(fault.retryAfterSeconds ?? 1) },
      });
      return;
    case 'serverError':
      say({
        status: 500,
        body: { message: 'Simulated failure', traceback: 'Traceback (most recent call last):\n  ...\n' },
      });
      return;
    case 'unavailable':
      say({ status: 503, text: '503: Service Unavailable' });
      return;
    case 'emptyList':
      say({ status: 200, body: emptied(answer().body) });
      return;
    case 'wrongJson':
      say({
        status: 200,
        text: '<html><body>Bad Gateway</body></html>',
        headers: { 'Content-Type': 'application/json' },
      });
      return;
    case 'halfPage':
      say({ status: 200, text: halfText(answer(), fault), headers: { 'Content-Type': 'application/json' } });
      return;
    case 'cut':
      cut(wire, response, answer());
      return;
    case 'hang':
    case 'refuse':
    case 'tlsMismatch':
      return; // Never answers.
  }
}

function textOf(answer: Answer): string {
  return answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body));
}

function halfText(answer: Answer, fault: Fault): string {
  const { body } = answer;
  if (Array.isArray(body)) return JSON.stringify(body.slice(0, halfOf(fault, body.length))).slice(0, -1);
  const text = textOf(answer);
  return text.slice(0, Math.floor(text.length / 2));
}

function write(wire: Wire, response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, headersOf(wire, answer));
  response.end(textOf(answer));
}

function headersOf({ nas }: Wire, answer: Answer): Record<string, string> {
  return {
    Date: nas.now().toUTCString(),
    'Content-Type': answer.text === undefined ? 'application/json' : 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(textOf(answer))),
    ...answer.headers,
  };
}

/** Promises the whole body, sends half of it and destroys the socket. */
function cut(wire: Wire, response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(textOf(answer).padEnd(2));
  response.writeHead(answer.status, { ...headersOf(wire, answer), 'Content-Length': String(body.length) });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
