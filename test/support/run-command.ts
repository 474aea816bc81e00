import type { CliIo } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/program.ts';
import type { Ports } from '../../src/run/ports.ts';
import { makeResult, startedAt } from './make-result.ts';

export interface Command {
  readonly argv: readonly string[];
  readonly ports?: Partial<Ports>;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: number;
  /** SIGTERM comes when the test aborts it. */
  readonly abort?: AbortController;
  /** Width of a terminal; undefined = piped. */
  readonly columns?: number;
  /** ISO 8601. Default: when `makeResult` started. */
  readonly now?: string;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Names of the ports that were called, in order. */
  readonly calls: readonly string[];
}

/** A whole command line in this process, with ports that a test may replace. No config, no cluster, no network. */
export async function runCommand({
  argv,
  ports = {},
  env = {},
  signal,
  abort = new AbortController(),
  columns,
  now = startedAt,
}: Command): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const calls: string[] = [];
  const screen = (chunks: string[]) => ({
    write: (text: string) => {
      chunks.push(text);
    },
    isTerminal: columns !== undefined,
    ...(columns !== undefined && { columns }),
  });
  const io: CliIo = {
    env: { HOME: '/nonexistent', ...env },
    cwd: process.cwd(),
    stdout: screen(out),
    stderr: screen(err),
    now: () => new Date(now),
    signal: signal === undefined ? abort.signal : AbortSignal.abort(),
    signalNumber: () => signal ?? (abort.signal.aborted ? 15 : undefined),
    loadPorts: async () => recording({ ...defaultPorts, ...ports }, calls),
  };
  const code = await runCli(argv, io);
  return { code, stdout: out.join(''), stderr: err.join(''), calls };
}

const defaultPorts: Ports = {
  runScan: async () => ({ result: makeResult(), problems: [] }),
  runReport: async (_config, { from }) => ({ result: from ?? makeResult(), problems: [] }),
  writeOutputs: async (_result, { dir, formats }) => ({
    files: formats.map((format) => ({ format, path: `${dir}/report.${format}` })),
    problems: [],
  }),
  deliver: async () => [],
  settleDeliveries: async () => [],
  deliverFailure: async () => {},
  testDeliveries: async () => [],
  listOutbox: async () => [],
  formatMetrics: async () => '',
  pruneMetrics: async () => ({ kept: [], unknown: [], deleted: [] }),
  collect: async () => ({ schemaVersion: 1, clusters: [], nases: [] }),
  share: async () => ({ inventory: { schemaVersion: 1, clusters: [], nases: [] }, keys: [] }),
  joinShares: async () => ({ result: makeResult(), problems: [] }),
  replay: async () => ({ result: makeResult(), problems: [] }),
  checkHealth: async () => [],
  openHistory: async () => {
    throw new Error('this test hands in no history');
  },
  writeCompliance: async () => ({ files: [], problems: [] }),
  openAudit: () => undefined,
  openSecretStores: async () => async () => {},
  rotateKeys: async () => [],
  openAuditUpkeep: async () => {
    throw new Error('this test hands in no audit log');
  },
  openService: async () => {
    throw new Error('this test hands in no service');
  },
};

function recording(ports: Ports, calls: string[]): Ports {
  return new Proxy(ports, {
    get(target, name, receiver) {
      // `await` asks every object for `then`, and every session for its audit log.
      if (name in target && !['openAudit', 'openSecretStores'].includes(String(name))) calls.push(String(name));
      return Reflect.get(target, name, receiver);
    },
  });
}
