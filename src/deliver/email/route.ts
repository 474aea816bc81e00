import type { ScanResult } from '../../model/scan-result.ts';
import type { DeliverDeps, DeliverFiles } from '../deps.ts';
import type { Outcome } from '../outcome.ts';
import type { Part } from '../part.ts';
import type { Route } from '../route.ts';
import { formatDay } from '../words.ts';
import { buildMailView, type MailFacts } from './build.ts';
import { type Attachment, composeMail, type Envelope } from './compose.ts';
import { packMail, unpackMail } from './pack.ts';
import { sendMail } from './send.ts';
import { type EmailConfig, type SmtpTarget, toSmtpTarget } from './target.ts';

/** One route per recipient: a refused address never costs another its mail. */
export function toMailRoutes(config: EmailConfig, result: ScanResult, deps: DeliverDeps): readonly Route[] {
  return config.recipients.map(({ to, minSeverity, namespaces, labels }) => ({
    recipient: to,
    kind: 'mail',
    audience: { minSeverity, namespaces, labels },
    when: config.when,
    minSeverity: config.minSeverity,
    compose: (part, facts, key) => compose(part, facts, { config, result, deps, to, key }),
    send: async (message) => send(message, to, toSmtpTarget(config)),
  }));
}

interface Making {
  readonly config: EmailConfig;
  readonly result: ScanResult;
  readonly deps: DeliverDeps;
  readonly to: string;
  readonly key: string;
}

async function compose(part: Part, facts: MailFacts, making: Making): Promise<Uint8Array> {
  const { config, result, deps, to, key } = making;
  const domain = /@([^\s@<>]+)>?$/.exec(config.from)?.[1] ?? 'localhost';
  const envelope: Envelope = {
    from: config.from,
    to,
    replyTo: config.replyTo,
    messageId: `<${key}@${domain}>`,
    listId: `${result.scan.deployment}.strandline.${domain}`,
    date: deps.now(),
  };
  const build = (remarks: readonly string[], attachments: readonly Attachment[]) =>
    composeMail(buildMailView(result, part, { ...facts, remarks }), envelope, attachments);
  const without = [...facts.remarks, tooLargeRemark(deps.files)];
  // The attached files hold everything: they are not for those who get only their own part.
  const attachments = part.isWhole ? toAttachments(config, result, deps.files) : [];
  if (attachments.length === 0) {
    const plain = await build(facts.remarks, []);
    return packMail({ small: plain, full: plain });
  }
  const [small, full] = await Promise.all([build(without, []), build(facts.remarks, attachments)]);
  return packMail({ small, full: full.length > config.sizeLimitMb * 1_000_000 ? small : full });
}

function tooLargeRemark(files: DeliverFiles | undefined): string {
  const place = files?.where === undefined ? 'with the results of the run' : `in ${files.where}`;
  return `The attachments were too large for a mail. The full report is ${place}.`;
}

const mediaTypes = { pdf: 'application/pdf', csv: 'text/csv', json: 'application/json' } as const;

function toAttachments(config: EmailConfig, { scan }: ScanResult, files: DeliverFiles = {}): Attachment[] {
  const name = `strandline-${scan.deployment}-${formatDay(scan.startedAt, scan.timeZone)}`;
  return config.attach.flatMap((kind) => {
    const content = files[kind];
    return content === undefined ? [] : [{ filename: `${name}.${kind}`, contentType: mediaTypes[kind], content }];
  });
}

async function send(message: Uint8Array, to: string, target: SmtpTarget): Promise<Outcome> {
  const { small, full } = unpackMail(message);
  const outcome = await sendMail(full, to, target);
  return outcome.state === 'tooLarge' && small.length < full.length ? sendMail(small, to, target) : outcome;
}
