import { z } from 'zod';
import { Severity } from '../../model/finding.ts';
import { count, duration, filePath, port, secret, webUrl } from '../fields.ts';
import { Tls } from './sources.ts';

const address = () =>
  z.string().regex(/^[^\s@<>]+@[^\s@<>]+$|^[^\r\n<>]*<[^\s@<>]+@[^\s@<>]+>$/, {
    error: 'must be an address such as storage@example.org or Storage <storage@example.org>',
  });

const labels = () =>
  z
    .record(z.string().min(1), z.string())
    .default({})
    .describe('Only findings whose owner (claim or workload) carries all of these labels. Empty: all.');

const Recipient = z.strictObject({
  to: address().describe('Address.'),
  minSeverity: Severity.optional().describe('Only findings of this severity or above. Default: all.'),
  namespaces: z
    .array(z.string().min(1))
    .default([])
    .describe('Only findings of these namespaces: a team gets its own part. Empty: all.'),
  labels: labels(),
});

const when = () => z.enum(['always', 'change', 'findings', 'problem', 'never']);

export const Email = z.strictObject({
  host: z.string().min(1).describe('SMTP server.'),
  port: port().default(587).describe('Port.'),
  security: z
    .enum(['starttls', 'tls', 'none'])
    .default('starttls')
    .describe('`starttls` is required, not merely tried. `none` sends in the clear.'),
  username: z.string().min(1).optional().describe('User. Default: no login.'),
  password: secret().optional().describe('Password, as `${VARIABLE}`.'),
  passwordFile: filePath().optional().describe('File with the password.'),
  oauth2: z
    .strictObject({
      tokenUrl: webUrl().describe('Token endpoint.'),
      clientId: z.string().min(1).describe('Client id.'),
      clientSecretFile: filePath().optional().describe('File with the client secret.'),
      refreshTokenFile: filePath().optional().describe('File with a refresh token. Default: client credentials.'),
      scope: z.string().min(1).optional().describe('Scope to ask for.'),
    })
    .optional()
    .describe('Log in by OAuth2 instead of a password.'),
  from: address().describe('Sender.'),
  replyTo: address().optional().describe('Where answers go.'),
  recipients: z.array(Recipient).min(1).describe('Who gets it.'),
  when: when()
    .default('change')
    .describe('When a scan mails: `change` = new, resolved or not assessed differs from the scan before.'),
  minSeverity: Severity.default('LOW').describe('Findings below it never cause a mail.'),
  attach: z
    .array(z.enum(['pdf', 'csv', 'json']))
    .default(['pdf'])
    .describe('What is attached.'),
  charts: z.boolean().default(true).describe('Draw charts into the mail, where there is a browser for the PDF.'),
  templateFile: filePath().optional().describe('Handlebars template of the HTML body, instead of the built-in one.'),
  sizeLimitMb: z.number().positive().default(10).describe('Largest mail in MB (10^6 bytes); over it, no attachments.'),
  timeout: duration().default('60s').describe('Longest time for one mail.'),
  tls: Tls.prefault({}).describe('TLS to the SMTP server.'),
});

export const Pushgateway = z.strictObject({
  url: webUrl().describe('Address of the Pushgateway.'),
  username: z.string().min(1).optional().describe('User for basic authentication.'),
  passwordFile: filePath().optional().describe('File with its password.'),
  tokenFile: filePath().optional().describe('File with a bearer token.'),
  gzip: z.boolean().default(true).describe('Compress what is sent.'),
  timeout: duration().default('30s').describe('Longest time of one push.'),
  perVolume: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Also push series per volume.'),
      cap: count(1).default(10_000).describe('Most volumes for which series are pushed; the largest come first.'),
    })
    .prefault({})
    .describe('Series per volume.'),
  tls: Tls.prefault({}).describe('TLS to the Pushgateway.'),
});

export const Webhook = z.strictObject({
  name: z.string().min(1).describe('Name in logs and in the outbox.'),
  kind: z.enum(['generic', 'slack', 'teams', 'pagerduty', 'ping']).default('generic').describe('What stands there.'),
  url: webUrl().optional().describe('Where it goes.'),
  urlFile: filePath().optional().describe('File with the URL, when the URL itself is a secret.'),
  tokenFile: filePath().optional().describe('File with a bearer token, bot token or routing key.'),
  hmacKeyFile: filePath().optional().describe('File with the key that signs the body (generic).'),
  channel: z.string().min(1).optional().describe('Channel (slack with a bot token).'),
  attach: z
    .enum(['pdf', 'csv', 'json'])
    .optional()
    .describe('File that follows the message (slack with a bot token). Default: none.'),
  when: when().default('change').describe('When it is called.'),
  minSeverity: Severity.default('HIGH').describe('Only findings of this severity or above.'),
  namespaces: z.array(z.string().min(1)).default([]).describe('Only findings of these namespaces. Empty: all.'),
  labels: labels(),
  escalateAfterDays: count(1)
    .optional()
    .describe('Only findings that have been open for this many days: the next route after the first.'),
  templateFile: filePath().optional().describe('Handlebars template of the body, instead of the built-in one.'),
  timeout: duration().default('30s').describe('Longest time of one call.'),
  tls: Tls.prefault({}).describe('TLS to it.'),
});

export const Otel = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe('Send traces and metrics by OTLP/HTTP; metrics under the names that Prometheus gets.'),
  endpoint: webUrl().optional().describe('Base address of the collector. Default: OTEL_EXPORTER_OTLP_ENDPOINT.'),
  headersFile: filePath().optional().describe('File with headers, one `Name: value` per line.'),
  interval: duration().default('60s').describe('How often `serve` sends its own metrics.'),
  tls: Tls.prefault({}).describe('TLS to the collector.'),
});
