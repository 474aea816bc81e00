import { z } from 'zod';
import { count, duration, filePath, webUrl } from '../fields.ts';

/** Signatures with a private key only: a key that callers may know could sign for anybody. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

const Jwt = z.strictObject({
  issuer: z.string().min(1).describe('Exactly what the `iss` of a token must say.'),
  audience: z.string().min(1).describe('What the `aud` of a token must hold.'),
  jwksUrl: webUrl().optional().describe('Where the public keys of the issuer are.'),
  jwksFile: filePath().optional().describe('File with the public keys, instead of `jwksUrl`.'),
  caFile: filePath().optional().describe('PEM file with the CA of `jwksUrl`.'),
  algorithms: z.array(z.enum(algorithms)).min(1).default(['RS256', 'ES256']).describe('Signatures that are taken.'),
  userClaim: z.string().min(1).default('sub').describe('Claim that names the user.'),
  groupsClaim: z.string().min(1).default('groups').describe('Claim that lists the groups.'),
  prefix: z
    .string()
    .default('oidc:')
    .describe('Stands before users and groups of these tokens, so that they can never pass for those of Kubernetes.'),
});

const Kubernetes = z.strictObject({
  enabled: z.boolean().default(true).describe('Let tokens of Kubernetes in (TokenReview), by RBAC.'),
  cluster: z.string().min(1).optional().describe('Cluster that is asked. Default: the one the pod runs in.'),
  audiences: z.array(z.string().min(1)).default([]).describe('Audiences of which a token needs one. Empty: the API’s.'),
  cacheFor: duration().default('60s').describe('How long an answer of the API server is used.'),
});

const Grant = z.strictObject({
  users: z.array(z.string().min(1)).default([]).describe('Users, with their prefix.'),
  groups: z.array(z.string().min(1)).default([]).describe('Groups, with their prefix.'),
  namespaces: z
    .array(z.string().regex(/^(\*|[^/\s]+\/[^/\s]+)$/, { error: 'must be * or CLUSTER/NAMESPACE' }))
    .min(1)
    .describe('What they see: `CLUSTER/NAMESPACE`, or `*` for everything.'),
  scan: z.boolean().default(false).describe('Whether they may start a scan.'),
});

export const Serve = z.strictObject({
  host: z.string().min(1).default('0.0.0.0').describe('Address to listen on.'),
  port: count(0).max(65_535).default(8080).describe('Port to listen on.'),
  schedule: z.string().min(1).optional().describe('Cron expression of scans, in `report.timeZone`.'),
  interval: duration().optional().describe('Time between scans, instead of `schedule`.'),
  jitter: duration().default('0s').describe('Random delay before each scan, at most this.'),
  certFile: filePath().optional().describe('PEM file with the server certificate. Default: plain HTTP.'),
  keyFile: filePath().optional().describe('PEM file with its key.'),
  refresh: duration().default('15s').describe('How often history is asked for a newer result.'),
  drain: duration().default('5s').describe('How long SIGTERM still takes requests while load balancers look away.'),
  trustProxy: z.boolean().default(false).describe('Believe `X-Forwarded-For` and `-Proto` (behind an Ingress).'),
  corsOrigins: z.array(webUrl()).default([]).describe('Web pages of other origins that may call the API.'),
  requestsPerMinute: count(1).default(1200).describe('Requests that one client may send in a minute.'),
  subscribers: count(1).default(2000).describe('WebSocket connections at the same time.'),
  auth: z
    .strictObject({
      kubernetes: Kubernetes.prefault({}).describe('Users and service accounts of Kubernetes.'),
      jwt: Jwt.optional().describe('Tokens of an OpenID Connect issuer. Absent: none.'),
      grants: z.array(Grant).default([]).describe('Who sees what, besides what RBAC says.'),
    })
    .prefault({})
    .describe('Who is let in. Without a token only /healthz and /readyz answer.'),
});
