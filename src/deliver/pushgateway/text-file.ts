import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DeliveryError } from '../../errors.ts';
import { formatMetrics } from './format.ts';
import type { Metric, MetricGroup } from './metric.ts';

/**
 * The same metrics as one file for node_exporter's textfile collector, written whole or not at all. What this run does
 * not know anew (sources that were not read, the last success) is carried over from the file before.
 * @throws DeliveryError when it cannot be written.
 */
export async function writeMetricsFile(path: string, groups: readonly MetricGroup[]): Promise<void> {
  const kept = carryOver(await readOrEmpty(path), groups);
  const text = insertLines(await formatGroups(groups), kept);
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    await writeFile(temporary, text, { mode: 0o644 });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new DeliveryError(`the metrics file ${path} could not be written`, {
      cause,
      remedy: 'Create its folder and let the user of the scan write there.',
    });
  }
}

/** All groups in one text. */
export function formatGroups(groups: readonly MetricGroup[]): Promise<string> {
  return formatMetrics(mergeGroups(groups));
}

/** A family may stand only once in a text, so the key of the group becomes labels. */
export function mergeGroups(groups: readonly MetricGroup[]): readonly Metric[] {
  const families = new Map<string, Metric>();
  for (const { key, metrics } of groups) {
    const { job: _, ...labels } = key;
    for (const metric of metrics) {
      const samples = metric.samples.map((one) => ({ ...one, labels: { ...labels, ...one.labels } }));
      const before = families.get(metric.name)?.samples ?? [];
      families.set(metric.name, { ...metric, samples: [...before, ...samples] });
    }
  }
  return [...families.values()];
}

const resultFamily = /^strandline_(findings|reclaimable|checks|resources|sections|pool|volume)/;

/** Lines of results whose source has no group now, and of the run what this one does not say: the last success. */
function carryOver(before: string, groups: readonly MetricGroup[]): readonly string[] {
  const sources = new Set(groups.flatMap(({ key }) => (key['source'] === undefined ? [] : [key['source']])));
  const names = new Set<string>(groups.flatMap(({ metrics }) => metrics.map(({ name }) => name)));
  return before.split('\n').filter((line) => {
    const family = /^strandline_[a-z_]+/.exec(line)?.[0];
    if (family === undefined) return false;
    if (!resultFamily.test(line)) return !names.has(family);
    const source = /[{,]source="([^"]+)"/.exec(line)?.[1];
    return source !== undefined && !sources.has(source);
  });
}

/** Each kept line after the others of its family; a family that is not there any more gets its own type line. */
function insertLines(text: string, kept: readonly string[]): string {
  const families = Map.groupBy(kept, (line) => /^[a-z_]+/.exec(line)?.[0] ?? '');
  let merged = text;
  for (const [name, lines] of families) {
    const type = `# TYPE ${name} gauge\n`;
    const block = `${lines.join('\n')}\n`;
    merged = merged.includes(type) ? merged.replace(type, () => type + block) : `${merged}${type}${block}`;
  }
  return merged;
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // A first run has none, and one that cannot be read has nothing to carry over; writing then says what is wrong.
    return '';
  }
}
