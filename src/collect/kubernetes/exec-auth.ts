import { spawn } from 'node:child_process';
import { SourceError } from '../../errors.ts';
import { isObject, type Json, valueAt } from './item.ts';

/** `users[].user.exec` of a kubeconfig. */
export interface ExecPlugin {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion?: string;
}

export interface ExecCredential {
  readonly token?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly expiresAtMs: number;
}

const maxOutputBytes = 1024 * 1024;
/** A credential is renewed a little before it ends, so that it does not end on the way. */
const marginMs = 10_000;

/**
 * Runs the plugin when there is no credential yet or the last one ends. Unlike client-node's own, it is told what it is
 * asked for (KUBERNETES_EXEC_INFO), gets no terminal, and is killed after `timeoutMs`.
 * @throws SourceError `unauthenticated`, without what the plugin wrote: that may be a secret.
 */
export function createExecCredentials(
  plugin: ExecPlugin,
  timeoutMs: number,
  nowMs: () => number = Date.now,
): () => Promise<ExecCredential> {
  let current: Promise<ExecCredential> | undefined;
  let endsAtMs = 0;
  return () => {
    if (current !== undefined && nowMs() < endsAtMs - marginMs) return current;
    endsAtMs = Number.POSITIVE_INFINITY;
    current = runPlugin(plugin, timeoutMs).then((credential) => {
      endsAtMs = credential.expiresAtMs;
      return credential;
    });
    current.catch(() => {
      current = undefined;
    });
    return current;
  };
}

async function runPlugin(plugin: ExecPlugin, timeoutMs: number): Promise<ExecCredential> {
  const output = await capture(plugin, timeoutMs);
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    throw failed(plugin, 'its answer is no JSON');
  }
  const credential = isObject(answer) ? toCredential(answer) : undefined;
  if (credential === undefined) throw failed(plugin, 'its answer holds neither token nor certificate');
  return credential;
}

function toCredential(answer: Json): ExecCredential | undefined {
  const field = (name: string) => {
    const value = valueAt(answer, ['status', name]);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [token, cert, key] = [field('token'), field('clientCertificateData'), field('clientKeyData')];
  if (token === undefined && (cert === undefined || key === undefined)) return undefined;
  const ends = Date.parse(field('expirationTimestamp') ?? '');
  return {
    ...(token !== undefined && { token }),
    ...(cert !== undefined && key !== undefined && { cert, key }),
    expiresAtMs: Number.isNaN(ends) ? Number.POSITIVE_INFINITY : ends,
  };
}

function capture(plugin: ExecPlugin, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(plugin.command, plugin.args ?? [], {
      env: { ...process.env, ...environment(plugin) },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxOutputBytes) child.kill('SIGKILL');
      else chunks.push(chunk);
    });
    child.on('error', (cause: NodeJS.ErrnoException) =>
      reject(failed(plugin, cause.code ?? 'it could not be started')),
    );
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(chunks).toString('utf8'));
      else reject(failed(plugin, signal === null ? `exit ${code}` : `stopped by ${signal} after ${timeoutMs} ms`));
    });
  });
}

function environment(plugin: ExecPlugin): Readonly<Record<string, string>> {
  const info = {
    apiVersion: plugin.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false },
  };
  const own = Object.fromEntries((plugin.env ?? []).map(({ name, value }) => [name, value]));
  return { KUBERNETES_EXEC_INFO: JSON.stringify(info), ...own };
}

function failed(plugin: ExecPlugin, why: string): SourceError {
  return new SourceError('unauthenticated', `the credential plugin ${plugin.command} failed: ${why}`, {
    remedy: `Run ${plugin.command} by hand and log in again where it asks for it.`,
  });
}
