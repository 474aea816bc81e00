import { z } from 'zod';
import { outputFormats } from '../../model/output-format.ts';
import { count, duration, filePath, localeTag, secret, shortName, timeZone, webUrl } from '../fields.ts';
import { Tls } from './sources.ts';

const S3 = z.strictObject({
  bucket: z.string().min(3).describe('Name of the bucket.'),
  prefix: z.string().default('strandline').describe('Path in the bucket.'),
  region: z.string().min(1).default('us-east-1').describe('Region.'),
  endpoint: webUrl().optional().describe('Address of an S3-compatible server. Default: AWS.'),
  forcePathStyle: z.boolean().default(false).describe('`endpoint/bucket` instead of `bucket.endpoint`.'),
  caFile: filePath().optional().describe('PEM file with the CA of the endpoint.'),
  minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.3').describe('Lowest TLS version that is accepted.'),
  accessKeyIdFile: filePath().optional().describe('File with the access key id. Default: the AWS credential chain.'),
  secretAccessKeyFile: filePath().optional().describe('File with the secret access key.'),
  sessionTokenFile: filePath().optional().describe('File with a session token.'),
  timeout: duration().default('30s').describe('Longest time of one call.'),
});

export const History = z.strictObject({
  enabled: z.boolean().default(true).describe('Without history nothing is ever confirmed, new or resolved.'),
  dir: z.string().min(1).optional().describe('Local folder (a volume). Default: `history` unless `s3` is given.'),
  s3: S3.optional().describe('A bucket instead of a folder.'),
  retentionDays: count(1).default(400).describe('Days that scans are kept; the last one is never deleted.'),
});

export const Audit = z.strictObject({
  enabled: z.boolean().default(true).describe('Keep an audit log: one chained file per run.'),
  dir: z.string().min(1).optional().describe('Folder for it. Default: where history lies, also in a bucket.'),
  keyFile: filePath()
    .optional()
    .describe('File with a key that seals the chain (HMAC): then nobody without it can forge a line. Default: a hash.'),
  rotateMb: z
    .number()
    .positive()
    .default(16)
    .describe('A file that has this many MB (10^6 bytes) is followed by the next.'),
  retentionDays: count(1).default(400).describe('Days that it is kept, in whole months; the newest run always stays.'),
});

export const Output = z.strictObject({
  dir: z.string().min(1).default('out').describe('Folder for results; `--out` wins.'),
  formats: z
    .array(z.enum(outputFormats))
    .default(['html', 'pdf', 'json'])
    .describe('What is written. `result.json` always is.'),
  metricsPath: z
    .string()
    .min(1)
    .optional()
    .describe('File for the metrics, for node_exporter’s textfile collector; `--metrics-file` wins. Default: none.'),
  keep: z
    .strictObject({
      count: count().default(7).describe('Dated copies that are kept at least.'),
      days: count().default(7).describe('Days for which dated copies are kept at least.'),
    })
    .prefault({})
    .describe('Dated copies of what a scan wrote, in `dated/SCAN/` beside the latest files. 0 and 0: none are made.'),
});

export const Report = z.strictObject({
  title: z.string().min(1).default('Storage report').describe('Title on page one.'),
  logoFile: filePath().optional().describe('PNG or SVG for page one.'),
  timeZone: timeZone().default('UTC').describe('IANA zone in which times are shown.'),
  paper: z.enum(['A4', 'Letter']).default('A4').describe('Paper of the PDF.'),
  locale: localeTag()
    .default('en')
    .describe(
      'How tables and charts write numbers and days: a language tag such as `de` or `en-US`. `en`: 2026-11-23. Sentences stay English.',
    ),
});

export const LogSection = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('Least severe line written.'),
  format: z
    .enum(['auto', 'json', 'pretty'])
    .default('auto')
    .describe('`auto`: pretty on a terminal, JSON lines otherwise.'),
});

export const Limits = z.strictObject({
  scanDeadline: duration().default('30m').describe('Longest time of a scan; what is unread by then is not assessed.'),
  callTimeout: duration().default('60s').describe('Longest time of one call to a cluster or NAS.'),
  pageSize: count(1).max(5000).default(500).describe('Objects per page of a Kubernetes list.'),
  concurrency: count(1).max(64).default(4).describe('Calls at the same time per source.'),
  shareMaxAge: duration().default('26h').describe('Oldest share that `scan --join` judges.'),
  shareWait: duration()
    .default('0s')
    .describe(
      'How long `scan --join` waits for shares that are missing or too old, and `collect --share --index` of a cluster for the NASes of its run. Then they go on without.',
    ),
  joinedVolumes: count(1)
    .default(20_000)
    .describe('Volumes that the result of `scan --join` lists, the largest. All are judged, counted and in history.'),
});

export const Lock = z.strictObject({
  enabled: z.boolean().default(true).describe('Take a Lease, so that two scans never overlap. In-cluster only.'),
  name: shortName().default('strandline').describe('Name of the Lease.'),
  namespace: z.string().min(1).optional().describe('Namespace of the Lease. Default: that of the pod.'),
  cluster: z.string().min(1).optional().describe('Cluster that holds the Lease. Default: the one the pod runs in.'),
  lease: duration().default('60s').describe('How long a scan that died keeps the others waiting.'),
  waitFor: duration().default('10m').describe('How long to wait for it before exit 6.'),
});

export const Vault = z.strictObject({
  url: webUrl().describe('Address of Vault or OpenBao.'),
  namespace: z.string().min(1).optional().describe('Vault namespace.'),
  auth: z
    .strictObject({
      method: z.enum(['kubernetes', 'approle', 'token']).default('kubernetes').describe('How to log in.'),
      mount: z.string().min(1).optional().describe('Mount of the auth method. Default: its own name.'),
      role: z.string().min(1).optional().describe('Role, for `kubernetes`.'),
      roleIdFile: filePath().optional().describe('File with the role id, for `approle`.'),
      secretIdFile: filePath().optional().describe('File with the secret id, for `approle`.'),
      tokenFile: filePath().optional().describe('File with the token, for `token`.'),
      jwtFile: filePath().optional().describe('File with the token for `kubernetes`. Default: the one of the pod.'),
      token: secret().optional().describe('The token as `${VARIABLE}`, for `token`.'),
    })
    .prefault({})
    .describe('Login.'),
  kvMount: z.string().min(1).default('secret').describe('Mount of the KV v2 engine.'),
  tls: Tls.prefault({}).describe('TLS to Vault.'),
});
