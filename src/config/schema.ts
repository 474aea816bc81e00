import { z } from 'zod';
import { shortName } from './fields.ts';
import { Email, Otel, Pushgateway, Webhook } from './sections/deliveries.ts';
import { Acknowledge, Checks, Ignore, Prices, Scope, Validation } from './sections/judging.ts';
import { Audit, History, Limits, Lock, LogSection, Output, Report, Vault } from './sections/results.ts';
import { Serve } from './sections/serve.ts';
import { BackendSection, Cluster, DriverSecrets, KubernetesSecrets, Nas } from './sections/sources.ts';

/**
 * Every option there is. Defaults, validation, environment names, `config schema`, docs/configuration.md and the chart's
 * values.schema.json all come from here. Keys are a contract: additive only.
 */
export const Config = z.strictObject({
  deployment: shortName().default('strandline').describe('Name of this installation in metrics, history and mail.'),
  clusters: z
    .array(Cluster)
    .default([])
    .describe('Clusters to read. Empty: the one that the kubeconfig or the service account names.'),
  nas: z.array(Nas).default([]).describe('TrueNAS systems to read.'),
  backends: z
    .array(BackendSection)
    .default([])
    .describe('Which CSI driver of which cluster makes volumes where. What is not named is inferred, and shown so.'),
  driverSecrets: DriverSecrets.prefault({}).describe('Learning backends from the drivers’ own Secrets.'),
  scope: Scope.prefault({}).describe('What is judged and shown, never what is read.'),
  checks: Checks.prefault({}).describe('Ages, severities and guards of the checks.'),
  ignore: z.array(Ignore).default([]).describe('Findings that are known and accepted. They are counted apart.'),
  acknowledge: z.array(Acknowledge).default([]).describe('Suspicious answers that are right, for a time.'),
  history: History.prefault({}).describe('What is remembered from scan to scan.'),
  audit: Audit.prefault({}).describe('Who was called, what was delivered, which credential was used.'),
  output: Output.prefault({}).describe('Files that a scan or report writes.'),
  report: Report.prefault({}).describe('How reports look.'),
  email: Email.optional().describe('Mail. Absent: none.'),
  pushgateway: Pushgateway.optional().describe('Prometheus Pushgateway. Absent: none.'),
  webhooks: z.array(Webhook).default([]).describe('Chat, paging and generic webhooks.'),
  otel: Otel.prefault({}).describe('OpenTelemetry. Off unless enabled.'),
  lock: Lock.prefault({}).describe('Keeps two scans from overlapping.'),
  prices: Prices.prefault({}).describe('What storage costs.'),
  limits: Limits.prefault({}).describe('Time and load.'),
  log: LogSection.prefault({}).describe('Logs, on stderr.'),
  validation: Validation.prefault({}).describe('Rules that validate the configuration of storage.'),
  vault: Vault.optional().describe('HashiCorp Vault or OpenBao as a source of credentials. Absent: none.'),
  kubernetesSecrets: KubernetesSecrets.prefault({}).describe(
    'Secrets of a cluster, asked for by its API, as a source of credentials. Off.',
  ),
  serve: Serve.prefault({}).describe('The monitoring service (`serve`).'),
});

/** The effective config: defaults filled in, secrets held in `Secret`, frozen. Durations are still text. */
export type Config = z.output<typeof Config>;
export type ConfigInput = z.input<typeof Config>;
