import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { AppError, ConfigError } from '../errors.ts';
import type { OutputFormat } from '../model/output-format.ts';
import type { ScanResult } from '../model/scan-result.ts';
import { formats } from '../report/index.ts';
import type { ReportOptions } from '../report/options.ts';
import { traced } from '../util/trace.ts';
import { keepDatedCopy } from './dated-copies.ts';
import type { OutputRequest, RunDeps, RunProblem, WrittenOutputs } from './ports.ts';

/** Files of each output format, in the order they are written: what can fail (the browser) comes last. */
const filesOf: Readonly<Record<OutputFormat, readonly (keyof typeof formats)[]>> = {
  json: ['json'],
  html: ['html'],
  markdown: ['markdown'],
  csv: ['csv', 'csv-volumes'],
  sarif: ['sarif'],
  junit: ['junit'],
  pdf: ['pdf'],
};
const order: readonly OutputFormat[] = ['json', 'html', 'markdown', 'csv', 'sarif', 'junit', 'pdf'];

/** Renders and writes, each file under a temporary name first. A file that cannot be rendered leaves the others alone. */
export async function writeOutputs(
  result: ScanResult,
  { dir, formats: wanted, config, keep }: OutputRequest,
  deps: RunDeps,
): Promise<WrittenOutputs> {
  await mkdir(dir, { recursive: true }).catch((cause: unknown) => {
    throw new ConfigError(`output folder ${dir} cannot be made`, { cause, remedy: 'Name another folder with --out.' });
  });
  const options = await reportOptions(config, deps);
  const files: WrittenOutputs['files'][number][] = [];
  const problems: RunProblem[] = [];
  for (const format of order.filter((name) => name === 'json' || wanted.includes(name))) {
    for (const file of filesOf[format]) {
      deps.progress(`writing ${formats[file].fileName}`);
      const path = join(dir, formats[file].fileName);
      try {
        await traced(`write ${formats[file].fileName}`, {}, async () =>
          writeWhole(path, await formats[file].render(result, options, { signal: deps.signal, log: deps.logger })),
        );
        files.push({ format, path });
      } catch (error) {
        if (!(error instanceof AppError) || format === 'json') throw error;
        await rm(path, { force: true }); // the file of an earlier run must not pass for this one's
        problems.push({
          kind: 'delivery',
          message: `${formats[file].fileName} was not written: ${error.message}`,
          ...(error.remedy !== undefined && { remedy: error.remedy }),
        });
      }
    }
  }
  if (keep !== undefined) {
    const paths = files.map(({ path }) => path);
    await keepDatedCopy(dir, paths, result.scan, keep, deps.logger).catch((error: unknown) =>
      problems.push({
        kind: 'delivery',
        message: `The dated copy in ${dir} was not made (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'})`,
        remedy: 'Make room in the output folder, or set output.keep to count: 0 and days: 0.',
      }),
    );
  }
  return { files, problems };
}

/** How config wants reports to look. */
export async function reportOptions(config: Config, deps: Pick<RunDeps, 'now'>): Promise<ReportOptions> {
  const { timeZone, locale, paper, title, logoFile } = config.report;
  const logo = logoFile === undefined ? undefined : await readLogo(logoFile);
  return { timeZone, locale, paper, title, logo, now: deps.now() };
}

const imageTypes: Readonly<Record<string, string>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
  '.svg': 'svg+xml',
};

/** The logo goes into the file itself: reports ask nothing of the network. */
async function readLogo(file: string): Promise<string> {
  const type = imageTypes[extname(file).toLowerCase()];
  const remedy = 'Name a readable PNG, JPEG, WebP or SVG file as report.logoFile.';
  if (type === undefined)
    throw new ConfigError(`report.logoFile ${file} is no picture that a report can hold`, { remedy });
  const content = await readFile(file).catch((cause: unknown) => {
    throw new ConfigError(`report.logoFile ${file} cannot be read`, { cause, remedy });
  });
  return `data:image/${type};base64,${content.toString('base64')}`;
}

async function writeWhole(path: string, content: string | Buffer): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new ConfigError(`${path} cannot be written`, {
      cause,
      remedy: 'Name a folder with room that can be written with --out.',
    });
  }
}
