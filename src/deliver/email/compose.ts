import MimeNode from 'nodemailer/lib/mime-node';
import type { MailView } from './build.ts';
import type { MailChart } from './charts.ts';
import { renderHtml } from './html.ts';
import { formatText } from './text.ts';

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

export interface Envelope {
  readonly from: string;
  readonly to: string;
  readonly replyTo?: string | undefined;
  /** The same for every try: a server that saw it already may drop the second. */
  readonly messageId: string;
  /** Name of the deployment: the mailing list that filters can sort by. */
  readonly listId: string;
  readonly date: Date;
}

export interface MailParts {
  readonly view: MailView;
  readonly charts: readonly MailChart[];
  readonly attachments: readonly Attachment[];
  /** HTML template of the user. */
  readonly template?: string | undefined;
}

const nodeOptions = { newline: 'win', disableFileAccess: true, disableUrlAccess: true };

/**
 * multipart/mixed › related › alternative, as bytes ready to be sent: the two bodies, the pictures that the HTML shows by
 * `cid:`, the attachments. A layer that would hold nothing but the next one is left out.
 */
export async function composeMail(parts: MailParts, envelope: Envelope): Promise<Buffer> {
  const { charts, attachments } = parts;
  const layers = [
    ...(attachments.length > 0 ? ['multipart/mixed'] : []),
    ...(charts.length > 0 ? ['multipart/related; type="multipart/alternative"'] : []),
    'multipart/alternative',
  ];
  const [first = '', ...inner] = layers;
  const root = new MimeNode(first, nodeOptions).setHeader(headersOf(parts.view, envelope));
  const nodes = [root];
  for (const layer of inner) nodes.push((nodes.at(-1) ?? root).createChild(layer, nodeOptions));
  const alternative = nodes.at(-1) ?? root;
  addBody(alternative, 'text/plain; charset=utf-8', formatText(parts.view));
  addBody(alternative, 'text/html; charset=utf-8', renderHtml(parts.view, parts.template));
  for (const chart of charts) addChart(nodes.at(-2) ?? root, chart);
  for (const attachment of attachments) addAttachment(root, attachment);
  return build(root);
}

function headersOf({ subject }: MailView, { from, to, replyTo, messageId, listId, date }: Envelope) {
  return [
    { key: 'From', value: from },
    { key: 'To', value: to },
    ...(replyTo === undefined ? [] : [{ key: 'Reply-To', value: replyTo }]),
    { key: 'Subject', value: subject },
    { key: 'Date', value: date.toUTCString().replace('GMT', '+0000') },
    { key: 'Message-ID', value: messageId },
    { key: 'Auto-Submitted', value: 'auto-generated' },
    { key: 'List-Id', value: `Strandline <${listId}>` },
    { key: 'X-Auto-Response-Suppress', value: 'All' },
  ];
}

function addBody(parent: MimeNode, contentType: string, text: string): void {
  parent.createChild(contentType, nodeOptions).setContent(text);
}

function addChart(parent: MimeNode, { cid, png, name }: MailChart): void {
  const filename = `${name}.png`;
  parent
    .createChild('image/png', { ...nodeOptions, filename })
    .setHeader([
      { key: 'Content-Id', value: `<${cid}>` },
      { key: 'Content-Disposition', value: 'inline' },
      { key: 'Content-Transfer-Encoding', value: 'base64' },
    ])
    .setContent(png);
}

function addAttachment(parent: MimeNode, { contentType, filename, content }: Attachment): void {
  parent
    .createChild(contentType, { ...nodeOptions, filename })
    .setHeader([
      { key: 'Content-Disposition', value: 'attachment' },
      { key: 'Content-Transfer-Encoding', value: 'base64' },
    ])
    .setContent(content);
}

function build(root: MimeNode): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  root.build((error, message) => {
    if (message === undefined) reject(error ?? new Error('the mail could not be composed'));
    else resolve(message);
  });
  return promise;
}
