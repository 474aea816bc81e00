import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScanResult } from '../../../src/model/scan-result.ts';
import type { TruthFinding } from '../../../src/simulate/estate.ts';

export function findingKeys(
  findings: readonly Pick<TruthFinding, 'check' | 'source' | 'kind' | 'namespace' | 'name'>[],
): string[] {
  return findings
    .map(({ check, source, kind, namespace, name }) =>
      [check, source, kind, namespace === undefined ? name : `${namespace}/${name}`].join(' '),
    )
    .sort();
}

export function resultKeys({ findings }: Pick<ScanResult, 'findings'>): string[] {
  return findingKeys(
    findings
      .filter(({ change }) => change !== 'resolved')
      .map(({ check, resource }) => ({
        check,
        source: resource.source,
        kind: resource.kind,
        name: resource.name,
        ...(resource.namespace !== undefined && { namespace: resource.namespace }),
      })),
  );
}

export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
