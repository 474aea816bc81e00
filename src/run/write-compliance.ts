import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listConnections } from '../config/list-connections.ts';
import { toJudgeOptions } from '../config/to-options.ts';
import { AppError } from '../errors.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ScanResult } from '../model/scan-result.ts';
import { renderComplianceHtml } from '../report/compliance.ts';
import { renderPdf } from '../report/pdf.ts';
import { buildCompliance } from '../report/view/compliance/build-compliance.ts';
import { reportOptions } from './outputs.ts';
import type { OutputRequest, RunDeps, RunProblem, WrittenOutputs } from './ports.ts';

/** `compliance.json`, and HTML and PDF where they are wanted; without a browser the PDF is a problem beside the rest. */
export async function writeCompliance(
  inventory: Inventory,
  result: ScanResult,
  { dir, formats, config }: OutputRequest,
  deps: RunDeps,
): Promise<WrittenOutputs> {
  const options = { ...(await reportOptions(config, deps)), title: 'Compliance report' };
  const report = buildCompliance(inventory, result, {
    connections: listConnections(config),
    snapshotRetention: toJudgeOptions(config).snapshotRetention,
  });
  const html = renderComplianceHtml(report, options);
  const files: WrittenOutputs['files'][number][] = [];
  const problems: RunProblem[] = [];
  const write = async (format: 'json' | 'html' | 'pdf', content: string | Buffer) => {
    const path = join(dir, `compliance.${format}`);
    await writeFile(path, content);
    files.push({ format, path });
  };
  await write('json', `${JSON.stringify(report, null, 2)}\n`);
  if (formats.includes('html')) await write('html', html);
  if (formats.includes('pdf')) {
    try {
      await write('pdf', await renderPdf(result, options, { signal: deps.signal, log: deps.logger }, html));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push({ kind: 'delivery', message: error.message, ...(error.remedy && { remedy: error.remedy }) });
    }
  }
  return { files, problems };
}
