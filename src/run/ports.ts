import type { AuditRun } from '../audit/read-runs.ts';
import type { AuditReport } from '../audit/verify.ts';
import type { Config } from '../config/schema.ts';
import type { OutboxLine } from '../deliver/outbox/list-outbox.ts';
import type { PrunedMetrics } from '../deliver/prune-metrics.ts';
import type { TestedDelivery } from '../deliver/test-deliveries.ts';
import type { HistoryStore } from '../history/store.ts';
import type { HealthReport } from '../model/health.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Logger } from '../model/logger.ts';
import type { OutputFormat } from '../model/output-format.ts';
import type { RotationReport } from '../model/rotation.ts';
import type { ScanResult } from '../model/scan-result.ts';
import type { ServicePorts } from './service-ports.ts';

/**
 * What the commands ask of a run. `run/wire.ts` makes the real ones; tests hand in their own. A port throws only what
 * stops everything (ConfigError → exit 2, LockError → 6, anything unknown → 1); whatever else went wrong is a problem
 * beside the result.
 */
export interface Ports {
  /** Reads, judges, remembers. Writes no file of the output folder and delivers nothing. */
  readonly runScan: (config: Config, deps: RunDeps) => Promise<RunOutcome>;
  /** A stored result, or the newest of a period of history, without any scan. */
  readonly runReport: (config: Config, request: ReportRequest, deps: RunDeps) => Promise<RunOutcome>;
  /** Renders and writes, each file atomically: a temporary name, then a rename. */
  readonly writeOutputs: (result: ScanResult, request: OutputRequest, deps: RunDeps) => Promise<WrittenOutputs>;
  /** The compliance report of what was just read. */
  readonly writeCompliance: (
    inventory: Inventory,
    result: ScanResult,
    request: OutputRequest,
    deps: RunDeps,
  ) => Promise<WrittenOutputs>;
  /** Delivers by every configured route; one that fails is a problem, never a throw. */
  readonly deliver: (
    config: Config,
    result: ScanResult,
    request: DeliverRequest,
    deps: RunDeps,
  ) => Promise<readonly RunProblem[]>;
  /** What became of messages of earlier runs, in sentences that are told once. Never throws. */
  readonly settleDeliveries: (config: Config, result: ScanResult, deps: RunDeps) => Promise<readonly string[]>;
  /** For a run that ended without a result: its exit code goes where the metrics go. Never throws. */
  readonly deliverFailure: (config: Config, failure: RunFailure, deps: RunDeps) => Promise<void>;
  /** One harmless message by every configured route, past the outbox. */
  readonly testDeliveries: (config: Config, deps: RunDeps) => Promise<readonly TestedDelivery[]>;
  /** What was delivered, and what waits for the next run; newest first. @throws HistoryError */
  readonly listOutbox: (config: Config, deps: RunDeps) => Promise<readonly OutboxLine[]>;
  /** The metrics of a result as text. Nothing is pushed. */
  readonly formatMetrics: (config: Config, result: ScanResult, deps: RunDeps) => Promise<string>;
  /** Takes the metrics of retired sources off the Pushgateway. @throws ConfigError, DeliveryError */
  readonly pruneMetrics: (config: Config, sources: readonly string[], deps: RunDeps) => Promise<PrunedMetrics>;
  /** Reads both sides and judges nothing: the projected inventory, without secrets. */
  readonly collect: (config: Config, deps: RunDeps) => Promise<Inventory>;
  /** `collect`, stored as shares of a fleet: one object a source. With an index, one source alone. @throws HistoryError */
  readonly share: (config: Config, deps: RunDeps, index?: number) => Promise<SharedOutcome>;
  /** A scan of stored shares: nothing is read, all of it is judged in one piece. @throws HistoryError */
  readonly joinShares: (config: Config, deps: RunDeps) => Promise<RunOutcome>;
  /** Judges an inventory that was collected before. Without history: every finding stays unconfirmed. */
  readonly replay: (config: Config, inventory: Inventory, deps: RunDeps) => Promise<RunOutcome>;
  /** Replaces API keys on NASes, or says what that would do: the only thing that is ever changed. @throws ConfigError */
  readonly rotateKeys: (config: Config, request: RotateRequest, deps: RunDeps) => Promise<readonly RotationReport[]>;
  /** Step by step per configured system: DNS, TCP, TLS, login, rights, one call. */
  readonly checkHealth: (config: Config, deps: RunDeps) => Promise<readonly HealthReport[]>;
  /** For the history commands; the caller closes it. @throws HistoryError */
  readonly openHistory: (config: Config, deps: RunDeps) => Promise<HistoryUpkeep>;
  /** The audit log of this run; nothing is written before something is called. undefined = switched off. */
  readonly openAudit: (config: Config, deps: AuditedRun) => AuditTrail | undefined;
  /** Lets references (`vault:…`, `kubernetes:…`) stand for files with secrets, until what it returns is called. @throws ConfigError */
  readonly openSecretStores: (config: Config, deps: Pick<RunDeps, 'logger' | 'now'>) => Promise<() => Promise<void>>;
  /** For the audit commands; the caller closes it. @throws HistoryError */
  readonly openAuditUpkeep: (config: Config, deps: Pick<RunDeps, 'now'>) => Promise<AuditUpkeep>;
  /** What the service asks for besides scans; the caller closes it. @throws HistoryError, ConfigError */
  readonly openService: (config: Config, deps: RunDeps) => Promise<ServicePorts>;
}

export type { OutboxLine, PrunedMetrics, TestedDelivery };

export type HistoryUpkeep = Pick<
  HistoryStore,
  'append' | 'ls' | 'verify' | 'compact' | 'prune' | 'exportTo' | 'importFrom' | 'close'
>;

export type AuditedRun = Pick<RunDeps, 'logger' | 'now' | 'scanId' | 'runId'>;

export interface AuditTrail {
  /** @throws HistoryError when any line of it could not be written. */
  close(exitCode: number): Promise<void>;
}

export interface AuditUpkeep {
  readonly place: string;
  ls(): Promise<readonly AuditRun[]>;
  verify(): Promise<AuditReport>;
  close(): void;
}

export interface RunDeps {
  readonly logger: Logger;
  readonly now: () => Date;
  /** Unique per attempt. */
  readonly scanId: string;
  /** The Job's name, or the scan id. */
  readonly runId: string;
  /** Aborted by SIGTERM and SIGINT: finish or abandon, nothing half-written. */
  readonly signal: AbortSignal;
  /** Tells a person on a terminal what is going on; silent otherwise. */
  readonly progress: (step: string) => void;
  /** False: earlier scans are recalled, this one is not added to them. Default true. */
  readonly remembers?: boolean;
}

export interface SharedOutcome {
  readonly inventory: Inventory;
  readonly keys: readonly string[];
}

export interface RunOutcome {
  readonly result: ScanResult;
  readonly problems: readonly RunProblem[];
}

export interface RunProblem {
  readonly kind: RunProblemKind;
  /** One sentence: what failed, on which object. */
  readonly message: string;
  /** One sentence that starts with a verb. */
  readonly remedy?: string;
}

/** incomplete → exit 3, history → 4, delivery → 5, lock → 6, output (the folder cannot be written) → 2. */
export type RunProblemKind = 'incomplete' | 'history' | 'delivery' | 'lock' | 'output';

export interface ReportRequest {
  /** A result that was read from a file; otherwise history is asked. */
  readonly from?: ScanResult;
  /** Milliseconds that the report covers, up to now. */
  readonly periodMs?: number;
}

export interface RotateRequest {
  /** False: changes nothing. */
  readonly isApply: boolean;
  /** Also keys that are not due. */
  readonly isForced: boolean;
  /** Default: all. */
  readonly nases?: readonly string[] | undefined;
}

export interface OutputRequest {
  readonly dir: string;
  readonly formats: readonly OutputFormat[];
  readonly config: Config;
  /** Dated copies beside the files, and how long they stay. Absent: none. */
  readonly keep?: { readonly count: number; readonly days: number };
}

export interface WrittenOutputs {
  readonly files: readonly { readonly format: OutputFormat; readonly path: string }[];
  /** For example the PDF when no browser starts: kind `delivery`. */
  readonly problems: readonly RunProblem[];
}

export interface DeliverRequest {
  /** Of the run so far. */
  readonly exitCode: number;
  readonly dir: string;
  readonly files: WrittenOutputs['files'];
  /** The period of a report; absent for a scan. */
  readonly report?: { readonly from: string; readonly to: string } | undefined;
}

export interface RunFailure {
  readonly exitCode: number;
  readonly durationMs: number;
}
