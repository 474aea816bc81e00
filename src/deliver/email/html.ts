import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Handlebars from 'handlebars';
import juice from 'juice';
import { fillTemplate } from '../template.ts';
import type { MailView } from './build.ts';

/** Gmail clips at 102 KB. Bytes. */
export const htmlLimitBytes = 100_000;

let builtIn: Handlebars.TemplateDelegate | undefined;

/**
 * Tables and inline styles only: no script, no SVG, no image from elsewhere. Shortens the table until it fits.
 * `template` is that of the user, instead of the built-in one.
 */
export function renderHtml(view: MailView, template?: string): string {
  for (let shown = view.findings.length; ; shown = Math.floor(shown / 2)) {
    const more = view.more + view.findings.length - shown;
    const html = renderOnce({ ...view, findings: view.findings.slice(0, shown), more }, template);
    if (Buffer.byteLength(html) < htmlLimitBytes || shown === 0) return html;
  }
}

function renderOnce(view: MailView, template: string | undefined): string {
  const html =
    template === undefined ? fillBuiltIn(view) : fillTemplate(template, view, 'email.templateFile', { isHtml: true });
  return juice(html, { applyWidthAttributes: true, preserveMediaQueries: true });
}

function fillBuiltIn(view: MailView): string {
  builtIn ??= Handlebars.compile(readFileSync(findTemplate(), 'utf8'), { strict: true, knownHelpersOnly: true });
  return builtIn(view);
}

/** `templates/` stands beside `src/` in the repository and beside `dist/` in the package. */
function findTemplate(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'templates', 'email.hbs');
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) throw new Error('templates/email.hbs is missing from the installation');
  }
}
