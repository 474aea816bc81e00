import type { Release } from '../estate.ts';
import type { Failure } from './failure.ts';

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** A method's error as JSON-RPC sends it, with the trace that TrueNAS sends along (call parameters in it, before 26). */
export function rpcError(failure: Failure, release: Release, params: readonly unknown[]): RpcError {
  if (failure.kind === 'unknownMethod') return { code: -32601, message: 'Method does not exist' };
  const isInvalid = failure.kind === 'validation' || failure.kind === 'instanceNotFound';
  return {
    code: isInvalid ? -32602 : -32001,
    message: isInvalid ? 'Invalid params' : 'Method call error',
    data: {
      error: failure.errno,
      errname: failure.errname,
      reason: reasonOf(failure),
      trace: traceOf(failure, release, params),
      extra: isInvalid ? [[failure.attribute ?? null, failure.message, failure.kind === 'validation' ? 22 : 2]] : null,
    },
  };
}

function reasonOf(failure: Failure): string {
  if (failure.kind === 'validation') return `[EINVAL] ${failure.attribute}: ${failure.message}\n`;
  if (failure.kind === 'instanceNotFound') return `[ENOENT] None: ${failure.message}`;
  return failure.message;
}

const classes: Readonly<Partial<Record<Failure['kind'], string>>> = {
  validation: 'ValidationErrors',
  instanceNotFound: 'InstanceNotFound',
  matchNotFound: 'MatchNotFound',
};

function traceOf(failure: Failure, release: Release, params: readonly unknown[]): unknown {
  const name = classes[failure.kind] ?? 'CallError';
  const repr = failure.kind === 'matchNotFound' ? 'MatchNotFound()' : `${name}('${failure.message}', ${failure.errno})`;
  const frame = {
    filename: '/usr/lib/python3/dist-packages/middlewared/main.py',
    lineno: 773,
    method: '_call',
    line: '            return await methodobj(*prepared_call.args)\n',
    argspec: ['self', 'name'],
    locals: { params: JSON.stringify(params) },
  };
  return {
    class: name,
    ...(release !== '26' && { frames: [frame] }),
    formatted: `Traceback (most recent call last):\n  ...\n${repr}\n`,
    repr,
  };
}
