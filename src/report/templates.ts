import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Handlebars from 'handlebars';

/** Compiled once per process: strict (a name that the view lacks throws) and with no helpers but the built-in ones. */
export interface Templates {
  readonly report: Handlebars.TemplateDelegate;
  readonly compliance: Handlebars.TemplateDelegate;
  readonly styles: string;
}

let loaded: Templates | undefined;

export function loadTemplates(): Templates {
  loaded ??= readTemplates(findTemplates());
  return loaded;
}

function readTemplates(folder: string): Templates {
  const handlebars = Handlebars.create();
  const partials = join(folder, 'partials');
  for (const file of listFiles(partials, '.hbs'))
    handlebars.registerPartial(file.slice(0, -'.hbs'.length), readFileSync(join(partials, file), 'utf8'));
  const compile = (file: string) =>
    handlebars.compile(readFileSync(join(folder, file), 'utf8'), {
      strict: true,
      knownHelpersOnly: true,
      preventIndent: true,
    });
  return {
    report: compile('report.hbs'),
    compliance: compile('compliance.hbs'),
    styles: readAll(join(folder, 'styles'), '.css'),
  };
}

/** In the order of their names: later files win. Comments are for us. */
function readAll(folder: string, ending: string): string {
  return listFiles(folder, ending)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '');
}

function listFiles(folder: string, ending: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .toSorted();
}

/** `templates/` stands beside `src/` in the repository and beside `dist/` in the package. */
function findTemplates(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'templates');
    if (existsSync(join(candidate, 'report.hbs'))) return candidate;
    if (dirname(folder) === folder) throw new Error('templates/report.hbs is missing from the installation');
  }
}
