import type { Logger } from '../model/logger.ts';
import type { ScanResult } from '../model/scan-result.ts';
import type { ServicePorts } from '../run/service-ports.ts';
import { listNamespaces } from './api/places.ts';
import { type ServiceEvent, toBrief } from './events/event.ts';

/** The result that is answered from. It never changes in place: a newer one takes its place as a whole. */
export interface Shown {
  readonly result: ScanResult;
  readonly namespaces: readonly string[];
  /** What was made of this result for answers; goes when the result goes. */
  readonly made: Map<string, unknown>;
}

export interface Board {
  readonly shown: Shown | undefined;
  /** False until history was asked once with success. */
  readonly isReady: boolean;
  show(result: ScanResult): void;
  /** Takes a newer result from history, where another replica or the CronJob may have left one. Never throws. */
  refresh(): Promise<void>;
}

export function createBoard(
  ports: Pick<ServicePorts, 'scans' | 'result'>,
  publish: (event: ServiceEvent) => void,
  log: Logger,
): Board {
  let shown: Shown | undefined;
  let isReady = false;

  function show(result: ScanResult): void {
    if (shown !== undefined && Date.parse(result.scan.startedAt) < Date.parse(shown.result.scan.startedAt)) return;
    const before = shown;
    shown = { result, namespaces: listNamespaces(result), made: new Map() };
    isReady = true;
    if (before?.result.scan.id === result.scan.id) return;
    const { id: scanId, complete } = result.scan;
    if (before !== undefined) for (const event of compare(before.result, result)) publish(event);
    publish({ kind: 'result', scanId, complete });
  }

  async function refresh(): Promise<void> {
    try {
      const newest = (await ports.scans()).at(-1);
      if (newest !== undefined && newest.id !== shown?.result.scan.id) {
        const result = await ports.result(newest.id);
        if (result !== undefined) show(result);
      }
      isReady = true;
    } catch (error) {
      log.error({ stage: 'serve', err: error }, 'history could not be read: the last result is still shown');
    }
  }

  return {
    get shown() {
      return shown;
    },
    get isReady() {
      return isReady;
    },
    show,
    refresh,
  };
}

/** What a scan calls new or resolved, less what the result before said already. What was not assessed is neither. */
function compare(before: ScanResult, after: ScanResult): readonly ServiceEvent[] {
  const open = new Set(before.findings.filter(({ change }) => change !== 'resolved').map(({ id }) => id));
  return after.findings.flatMap((finding): ServiceEvent[] => {
    const isResolved = finding.change === 'resolved';
    if (isResolved !== open.has(finding.id) || finding.ignoredBy !== undefined) return [];
    const kind = isResolved ? 'finding.resolved' : 'finding.new';
    return [{ kind, scanId: after.scan.id, finding: toBrief(finding) }];
  });
}
