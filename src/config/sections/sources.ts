import { z } from 'zod';
import { duration, filePath, secret, shortName, webUrl } from '../fields.ts';
import { parseReference } from '../secret-reference.ts';

const pin = z.string().regex(/^sha256\/[A-Za-z0-9+/]{43}=$/, { error: 'must be sha256/ and 44 characters of base64' });

/** TLS of one outgoing connection; the same keys wherever Strandline connects to something. */
export const Tls = z.strictObject({
  caFile: filePath()
    .optional()
    .describe('PEM file with the CA, or with the self-signed certificate itself. Default: the public CAs.'),
  pins: z
    .array(pin)
    .default([])
    .describe(
      'SPKI SHA-256 pins, `sha256/<base64>`; one must match. A pin alone is enough for a self-signed certificate.',
    ),
  minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.3').describe('Lowest TLS version that is accepted.'),
  serverName: z.string().min(1).optional().describe('Name to expect in the certificate. Default: the host of the URL.'),
  certFile: filePath().optional().describe('PEM file with a client certificate; needs `keyFile`.'),
  keyFile: filePath().optional().describe('PEM file with the key of the client certificate.'),
  insecureSkipVerify: z
    .boolean()
    .default(false)
    .describe('Accept any certificate. Every report says so; prefer `caFile` or `pins`.'),
});
export type TlsConfig = z.output<typeof Tls>;

export const Cluster = z.strictObject({
  name: shortName().describe('Name in every output, metric and history. Keep it for ever.'),
  inCluster: z.boolean().default(false).describe('Use the service account of the pod that Strandline runs in.'),
  kubeconfig: filePath().optional().describe('kubeconfig file. Default: the KUBECONFIG variable, then ~/.kube/config.'),
  context: z.string().min(1).optional().describe('Context in the kubeconfig. Default: its current context.'),
  namespaces: z
    .array(z.string().min(1))
    .optional()
    .describe('Read only these namespaces (no cluster-wide rights). Nothing can then be proven absent.'),
  tls: z
    .strictObject({
      pins: z.array(pin).default([]).describe('SPKI SHA-256 pins of the API server; one must match.'),
      minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.3').describe('Lowest TLS version that is accepted.'),
    })
    .prefault({})
    .describe('TLS to the API server; CA and client certificate come from the kubeconfig or service account.'),
});
export type ClusterConfig = z.output<typeof Cluster>;

/** The one thing that Strandline can be told to change: an API key of its own. */
const Rotation = z.strictObject({
  apiKeyFile: filePath().describe(
    'File (or reference) with a key of another account that may manage API keys (role API_KEY_WRITE). No scan reads it.',
  ),
  username: z.string().min(1).optional().describe('Owner of that key.'),
  store: z
    .string()
    .refine((text) => parseReference(text) !== undefined, {
      error: 'must be vault:PATH#FIELD or kubernetes:NAMESPACE/NAME#KEY',
    })
    .optional()
    .describe(
      'Where the new key is written: `kubernetes:…` for a Secret that is mounted as the file, `vault:…`. Default: `apiKeyFile` of the NAS when it is such a reference.',
    ),
  after: duration().default('30d').describe('Age at which the key is replaced.'),
  lifetime: duration().optional().describe('New keys expire after this. Default: they do not.'),
  overlap: duration()
    .default('0s')
    .describe('How long the old key lives on beside the new one; a later run deletes it. For mounted Secrets `1h`.'),
});

export const Nas = z.strictObject({
  name: shortName().describe('Name in every output, metric and history. Keep it for ever.'),
  url: webUrl().describe('Address of the TrueNAS web interface, `https://host[:port]`.'),
  aliases: z
    .array(z.string().min(1))
    .default([])
    .describe('Other host names and addresses by which volumes call this NAS (storage network, VIP).'),
  transport: z
    .enum(['auto', 'jsonrpc', 'rest'])
    .default('auto')
    .describe('`auto`: JSON-RPC over WebSocket from TrueNAS 25.04 on, REST v2.0 before.'),
  username: z.string().min(1).optional().describe('User of `password`/`passwordFile`, or owner of the API key.'),
  apiKey: secret().optional().describe('API key, as `${VARIABLE}` of the environment. Prefer `apiKeyFile`.'),
  apiKeyFile: filePath().optional().describe('File that holds the API key; read again when the key is refused.'),
  password: secret().optional().describe('Password of `username`, as `${VARIABLE}`. Prefer an API key.'),
  passwordFile: filePath().optional().describe('File that holds the password of `username`.'),
  rotation: Rotation.optional().describe('Replacing the API key by `credentials rotate`. Absent: never.'),
  tls: Tls.prefault({}).describe('TLS to this NAS.'),
  allowPlaintext: z
    .boolean()
    .default(false)
    .describe('Send credentials over http://. From 25.04 on the NAS revokes an API key that it sees there.'),
  timeout: duration().optional().describe('Longest time of one call to this NAS. Default: `limits.callTimeout`.'),
});
export type NasConfig = z.output<typeof Nas>;

export const BackendSection = z.strictObject({
  cluster: z.string().min(1).optional().describe('A name of `clusters`. Needed when there is more than one.'),
  driver: z.string().min(1).describe('CSI driver name, as in `kubectl get csidrivers`.'),
  nas: z.string().min(1).optional().describe('A name of `nas`. Needed when there is more than one.'),
  family: z
    .enum(['democratic-csi', 'truenas-csi'])
    .optional()
    .describe('Which driver it is. Needed when the name of the driver does not tell.'),
  protocol: z
    .enum(['nfs', 'smb', 'iscsi', 'nvmeof', 'mixed'])
    .optional()
    .describe('How volumes are served. Default: learnt from the volumes.'),
  parents: z
    .array(z.string().min(1))
    .optional()
    .describe('Datasets below which the driver makes volumes (`datasetParentName`). Default: learnt from the volumes.'),
  detachedParents: z
    .array(z.string().min(1))
    .optional()
    .describe('Datasets below which it makes detached snapshots (`detachedSnapshotsDatasetParentName`).'),
  exclusive: z
    .boolean()
    .default(false)
    .describe('Nothing but this driver of this cluster makes datasets below `parents`. Makes verdicts certain.'),
  instanceId: z.string().min(1).optional().describe('`instance_id` of democratic-csi (`provisioner_instance_id`).'),
  keepsDeleted: z
    .boolean()
    .default(false)
    .describe('The driver is told to keep what is deleted (`deleteStrategy: retain`): leftovers are a choice.'),
});
export type BackendConfig = z.output<typeof BackendSection>;

export const DriverSecrets = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'Read the config Secrets that pods of democratic-csi mount, to learn backends. Needs `get` on them; their keys are never kept.',
    ),
  namespaces: z
    .array(z.string().min(1))
    .default([])
    .describe('Where to look for them. Default: the namespaces of the driver pods.'),
});

export const KubernetesSecrets = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'Let `kubernetes:NAMESPACE/NAME#KEY` stand for a file with a secret. Needs `get` on each Secret that is named.',
    ),
  cluster: z
    .string()
    .min(1)
    .optional()
    .describe('The name in `clusters` of the one that holds them. Default: the one that Strandline runs in.'),
});
