import nodemailer from 'nodemailer';
import type { MailView } from './build.ts';
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

/** multipart/mixed with the two bodies and the attachments, as bytes ready to be sent. */
export async function composeMail(
  view: MailView,
  envelope: Envelope,
  attachments: readonly Attachment[],
): Promise<Buffer> {
  const composer = nodemailer.createTransport({
    streamTransport: true,
    buffer: true,
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'windows',
  });
  const { message } = await composer.sendMail({
    from: envelope.from,
    to: envelope.to,
    ...(envelope.replyTo !== undefined && { replyTo: envelope.replyTo }),
    subject: view.subject,
    date: envelope.date,
    messageId: envelope.messageId,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'List-Id': `Strandline <${envelope.listId}>`,
      'X-Auto-Response-Suppress': 'All',
    },
    text: formatText(view),
    html: renderHtml(view),
    attachments: attachments.map((one) => ({ ...one })),
  });
  if (!Buffer.isBuffer(message)) throw new TypeError('the composed mail is no buffer');
  return message;
}
