import { z } from 'zod';
import { Config } from '../../src/config/schema.ts';

/**
 * Every value of the chart. values.schema.json and the table in the chart's README are generated from it; the defaults
 * are those of values.yaml. `config` is the config schema itself, so a mistyped option fails in `helm install`.
 */
const text = () => z.string();
const strings = () => z.array(z.string());
const cidrs = () => z.array(z.string().regex(/^[0-9a-fA-F:.]+\/\d{1,3}$/));
const ports = () => z.array(z.int().min(1).max(65_535));
const anything = () => z.record(z.string(), z.unknown());
const objects = () => z.array(anything());

/** Secrets by name, so that a Role can be held to them. */
const namedSecrets = () =>
  z.array(
    z.strictObject({
      namespace: text().optional().describe('Default: that of the release.'),
      names: z.array(text().min(1)).min(1).describe('Their names.'),
    }),
  );

const cronJob = z.strictObject({
  schedule: text().describe('Cron expression.'),
  timeZone: text().describe('IANA zone of the schedule.'),
  suspend: z.boolean().describe('No new Jobs while true.'),
  args: strings().describe('Command and flags.'),
  startingDeadlineSeconds: z.int().min(10).describe('How late a missed start is still made up for.'),
  activeDeadlineSeconds: z.int().min(60).describe('Longest time of one Job, waiting for the lock included.'),
  resources: anything().describe('Requests and limits.'),
});

const target = z.strictObject({ cidrs: cidrs().describe('Addresses.'), ports: ports().describe('TCP ports.') });

export const ChartValues = z.strictObject({
  image: z
    .strictObject({
      repository: text().min(1).describe('Image without tag.'),
      tag: text().describe('Tag. Empty: the version of the application.'),
      digest: z
        .string()
        .regex(/^(sha256:[0-9a-f]{64})?$/)
        .describe('`sha256:…`; wins over the tag.'),
      pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).describe('When the node pulls.'),
    })
    .describe('What runs.'),
  imagePullSecrets: z.array(z.strictObject({ name: text() })).describe('Secrets to pull with.'),
  config: Config.partial().describe('The config file. The table of options is docs/configuration.md.'),
  existingConfigMap: text().describe('A ConfigMap with a key `config.yaml` instead of `config`.'),
  credentials: z
    .strictObject({
      existingSecret: text().describe('A Secret of yours; its keys are files below /var/run/secrets/strandline.'),
      files: z.record(z.string(), z.string()).describe('File name → content, for a Secret that the chart makes.'),
    })
    .describe('Keys, passwords, certificates.'),
  scan: cronJob.describe('The nightly scan.'),
  fleet: cronJob
    .extend({
      enabled: z
        .boolean()
        .describe('One pod for each NAS and each cluster of `config`; `scan` then joins what they stored.'),
      completions: z.int().min(0).describe('How many there are. 0: counted in `config`.'),
      parallelism: z.int().min(1).describe('Pods at the same time.'),
    })
    .describe('The nightly shares of a fleet, an Indexed Job (docs/fleet.md).'),
  report: cronJob.extend({ enabled: z.boolean().describe('Install it.') }).describe('The weekly mail.'),
  upkeep: cronJob
    .extend({ enabled: z.boolean().describe('Install it.') })
    .describe('History is compacted and pruned, once a month.'),
  rotation: cronJob
    .extend({
      enabled: z.boolean().describe('Install it.'),
      apply: z.boolean().describe('Adds `--apply`: without it, it only says what it would do.'),
      existingSecret: text().describe('The Secret with the keys that may manage keys, one file for each NAS.'),
      stores: namedSecrets().describe(
        'Secrets that hold rotated keys, to `get` and `patch`: `[{ namespace, names }]`.',
      ),
      annotations: z.record(z.string(), z.string()).describe('Of its own ServiceAccount.'),
      extraEnv: objects().describe('More environment, such as a Vault role of its own.'),
    })
    .describe('The daily look at the API keys (docs/credentials.md).'),
  jobs: z
    .strictObject({
      backoffLimit: z.int().min(0).describe('Tries after the first.'),
      successfulJobsHistoryLimit: z.int().min(0).describe('Successful Jobs that are kept.'),
      failedJobsHistoryLimit: z.int().min(0).describe('Failed Jobs that are kept.'),
      ttlSecondsAfterFinished: z.int().min(0).describe('Removes Jobs started by hand, too.'),
    })
    .describe('Both CronJobs.'),
  persistence: z
    .strictObject({
      enabled: z.boolean().describe('History and reports on a volume.'),
      existingClaim: text().describe('A claim of yours.'),
      accessModes: z.array(z.enum(['ReadWriteMany', 'ReadWriteOnce'])).describe('Access modes of the claim.'),
      size: text().describe('Size of the claim.'),
      storageClassName: text().describe('StorageClass; empty: the default one, `-`: none.'),
      volumeName: text().describe('A PersistentVolume made by hand.'),
      shareNode: z.boolean().describe('Pods that run at the same time share a node: for ReadWriteOnce.'),
    })
    .describe('The claim is kept by `helm uninstall`.'),
  serviceAccount: z
    .strictObject({
      create: z.boolean().describe('Make one.'),
      name: text().describe('Its name. Empty: that of the release.'),
      annotations: z.record(z.string(), z.string()).describe('For workload identity.'),
    })
    .describe('Account of the pods.'),
  rbac: z
    .strictObject({
      create: z.boolean().describe('Make ClusterRole, Role and bindings.'),
      driverSecretNamespaces: strings().describe('Namespaces whose Secrets may be read (`config.driverSecrets`).'),
      secrets: namedSecrets().describe(
        'Secrets that may be asked for by the API (`config.kubernetesSecrets`): `[{ namespace, names }]`.',
      ),
    })
    .describe('Rights: get and list, and one Lease.'),
  networkPolicy: z
    .strictObject({
      enabled: z.boolean().describe('Deny everything but what is named here.'),
      dnsNamespace: text().describe('Namespace of the cluster DNS.'),
      apiServer: target.describe('Addresses of the Service `kubernetes` and its endpoints.'),
      nas: target.describe('TrueNAS systems.'),
      smtp: target.describe('Mail servers.'),
      s3: target.describe('Object storage.'),
      pushgateway: target
        .extend({ namespace: text().describe('Namespace of the Pushgateway.') })
        .describe('Pushgateway.'),
      otlp: target
        .extend({ namespace: text().optional().describe('Its namespace.') })
        .describe('OpenTelemetry collector.'),
      webhooks: target
        .extend({ namespace: text().optional().describe('Their namespace.') })
        .describe('Webhooks: chat, paging.'),
      vault: target.extend({ namespace: text().optional().describe('Its namespace.') }).describe('Vault or OpenBao.'),
      oidc: target
        .extend({ namespace: text().optional().describe('Its namespace.') })
        .describe('Issuer whose keys `serve` fetches (`serve.auth.jwt.jwksUrl`).'),
    })
    .describe('Egress rules.'),
  monitoring: z
    .strictObject({
      rules: z
        .strictObject({
          enabled: z.boolean().describe('Install the alerts, for the Prometheus operator.'),
          labels: z.record(z.string(), z.string()).describe('Labels by which your Prometheus chooses its rules.'),
          runbookBase: z
            .string()
            .regex(/^(https?:\/\/.+\/)?$/)
            .describe(
              'Address in front of `docs/…` in each `runbook_url`, with a slash at its end: where you keep the documentation.',
            ),
        })
        .describe('Alerts.'),
    })
    .describe('Prometheus.'),
  pod: z
    .strictObject({
      runAsUser: z.int().min(1).describe('User and group.'),
      annotations: z.record(z.string(), z.string()).describe('Annotations.'),
      labels: z.record(z.string(), z.string()).describe('Labels.'),
      nodeSelector: z.record(z.string(), z.string()).describe('Node selector.'),
      tolerations: objects().describe('Tolerations.'),
      affinity: anything().describe('Affinity; wins over `persistence.shareNode`.'),
      priorityClassName: text().describe('Priority class.'),
      extraEnv: objects().describe('More environment variables.'),
      extraVolumes: objects().describe('More volumes.'),
      extraVolumeMounts: objects().describe('More mounts.'),
    })
    .describe('All pods.'),
  serve: z
    .strictObject({
      enabled: z.boolean().describe('Install the monitoring service.'),
      replicas: z.int().min(1).describe('Pods.'),
      port: z.int().min(1024).max(65_535).describe('Port of the container.'),
      resources: anything().describe('Requests and limits.'),
      ingress: z
        .strictObject({
          enabled: z.boolean().describe('Make an Ingress.'),
          className: text().describe('Ingress class.'),
          annotations: z.record(z.string(), z.string()).describe('Annotations.'),
          host: text().describe('Host name.'),
          tlsSecretName: text().describe('Secret with the certificate.'),
        })
        .describe('Ingress.'),
      autoscaling: z
        .strictObject({
          enabled: z.boolean().describe('Make a HorizontalPodAutoscaler.'),
          maxReplicas: z.int().min(1).describe('Most pods.'),
          targetCPUUtilizationPercentage: z.int().min(1).max(100).describe('Target.'),
        })
        .describe('Autoscaling.'),
    })
    .describe('`serve`, the long-running form. Off.'),
  global: anything().optional().describe('Values of a parent chart; unused.'),
});
