import { type EstateServers, startEstateServers } from '../../src/cli/demo/estate-servers.ts';
import { loadConfig } from '../../src/config/load.ts';
import { silentLogger } from '../../src/model/logger.ts';
import type { ScanResult } from '../../src/model/scan-result.ts';
import { wirePorts } from '../../src/run/wire.ts';
import type { Estate, TruthFinding } from '../../src/simulate/estate.ts';

export interface ScanEstate {
  readonly config?: Readonly<Record<string, unknown>>;
  /** Before the scan, with everything running: close a system, inject a fault. */
  readonly prepare?: (servers: EstateServers) => void | Promise<void>;
}

/** One scan of an estate over the wire, with the ordinary clients and without history. */
export async function scanEstate(estate: Estate, { config = {}, prepare }: ScanEstate = {}): Promise<ScanResult> {
  const servers = await startEstateServers(estate, { history: { enabled: false }, ...config });
  try {
    await prepare?.(servers);
    return await scanServers(servers, '1');
  } finally {
    await servers.close();
  }
}

export async function scanServers(servers: EstateServers, id: string): Promise<ScanResult> {
  const { config } = loadConfig({ file: servers.configFile, env: {} });
  const { result } = await wirePorts({ retry: { retries: 1, baseMs: 5, maxMs: 20 } }).runScan(config, {
    logger: silentLogger,
    now: servers.now,
    scanId: `scan-${id}`,
    runId: `run-${id}`,
    signal: new AbortController().signal,
    progress: () => {},
  });
  return result;
}

/** What was found, as truth files put it. */
export function foundIn({ findings }: ScanResult): TruthFinding[] {
  return findings.map(({ check, resource, severity, confidence, bytes }) => ({
    check,
    source: resource.source,
    kind: resource.kind,
    ...(resource.namespace !== undefined && { namespace: resource.namespace }),
    name: resource.name,
    severity,
    confidence,
    ...(bytes.reclaimable !== undefined && { reclaimableBytes: bytes.reclaimable }),
  }));
}
