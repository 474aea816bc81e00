import { readFile } from 'node:fs/promises';
import { ConfigError } from '../../errors.ts';
import type { ScanResult } from '../../model/scan-result.ts';
import type { ChartPicture, DeliverDeps, DeliverFiles } from '../deps.ts';
import type { Outcome } from '../outcome.ts';
import type { Part } from '../part.ts';
import type { Route } from '../route.ts';
import { formatDay } from '../words.ts';
import { buildMailView, type MailFacts } from './build.ts';
import { toMailCharts } from './charts.ts';
import type { Attachment, Envelope } from './compose.ts';
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
  const template = config.templateFile === undefined ? undefined : await readTemplate(config.templateFile);
  // Pictures and files hold everything: they are not for those who get only their own part.
  const charts = part.isWhole && config.charts ? toMailCharts(await picturesOf(deps), result) : [];
  const attachments = part.isWhole ? toAttachments(config, result, deps.files) : [];
  const { composeMail } = await import('./compose.ts'); // a megabyte of code that runs without mail do not load
  const build = (remarks: readonly string[], attached: readonly Attachment[]) => {
    const view = buildMailView(result, part, { ...facts, remarks }, charts);
    return composeMail({ view, charts, attachments: attached, template }, envelope);
  };
  if (attachments.length === 0) {
    const plain = await build(facts.remarks, []);
    return packMail({ small: plain, full: plain });
  }
  const without = [...facts.remarks, tooLargeRemark(deps.files)];
  const [small, full] = await Promise.all([build(without, []), build(facts.remarks, attachments)]);
  return packMail({ small, full: full.length > config.sizeLimitMb * 1_000_000 ? small : full });
}

async function picturesOf({ files }: DeliverDeps): Promise<readonly ChartPicture[]> {
  return (await files?.charts?.()) ?? [];
}

async function readTemplate(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(`email.templateFile ${file} cannot be read`, { cause, remedy: 'Name a readable file.' });
  });
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
