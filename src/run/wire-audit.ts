import { auditKey } from '../audit/places.ts';
import { pruneAudit } from '../audit/prune.ts';
import { findPreviousRun, listRuns } from '../audit/read-runs.ts';
import { openFileSink, openObjectSink } from '../audit/sinks.ts';
import { createTrailWriter, type WriterOptions } from '../audit/trail-writer.ts';
import { verifyAudit } from '../audit/verify.ts';
import { configDigest } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { readTextFile } from '../config/secret-file.ts';
import { HistoryError } from '../errors.ts';
import { type OpenedObjects, openObjects } from '../history/open-objects.ts';
import type { HistoryLocation } from '../history/store.ts';
import { readPackageFacts } from '../package-facts.ts';
import { Secret } from '../util/secret.ts';
import { followTrail } from '../util/trail.ts';
import { historyLocation } from './history-location.ts';
import type { AuditedRun, AuditTrail, AuditUpkeep } from './ports.ts';

/** Follows everything that this process calls, delivers and uses as a credential. */
export function openAudit(config: Config, deps: AuditedRun): AuditTrail | undefined {
  const location = auditLocation(config);
  if (location === undefined) return undefined;
  const { deployment, audit } = config;
  const run = { id: deps.scanId, startedAt: deps.now().toISOString() };
  const keyOf = (part: number) => auditKey(deployment, run, part);
  let objects: OpenedObjects | undefined;
  const open: WriterOptions['open'] = async () => {
    objects = await openObjects(location);
    const previous = await findPreviousRun(objects, deployment);
    await pruneAudit(objects, { deployment, retentionDays: audit.retentionDays, now: deps.now() });
    const sink =
      location.kind === 'directory' ? openFileSink(location.directory, keyOf(1)) : openObjectSink(objects, keyOf(1));
    return { sink, previous };
  };
  const { version } = readPackageFacts();
  const writer = createTrailWriter({
    run: { scanId: deps.scanId, runId: deps.runId, deployment, tool: version, config: configDigest(config) },
    now: deps.now,
    key: auditSeal(config),
    rotateBytes: audit.rotateMb * 1e6,
    keyOf,
    open,
  });
  const stop = followTrail(writer.record);
  return {
    async close(exitCode) {
      stop();
      try {
        await writer.close(exitCode);
      } finally {
        objects?.close?.();
      }
    },
  };
}

export async function openAuditUpkeep(config: Config): Promise<AuditUpkeep> {
  const location = auditLocation(config);
  if (location === undefined)
    throw new HistoryError('there is no audit log: it is switched off, or has no place', {
      remedy: 'Set `audit.enabled: true`, and `audit.dir` where history is switched off.',
    });
  const objects = await openObjects(location);
  return {
    place: objects.place,
    ls: () => listRuns(objects, config.deployment),
    verify: () => verifyAudit(objects, config.deployment, auditSeal(config)),
    close: () => objects.close?.(),
  };
}

function auditLocation(config: Config): HistoryLocation | undefined {
  const { enabled, dir } = config.audit;
  if (!enabled) return undefined;
  return dir === undefined ? historyLocation(config) : { kind: 'directory', directory: dir };
}

/** Read once, and not through the trail that it seals. */
function auditSeal({ audit: { keyFile } }: Config): Secret | undefined {
  return keyFile === undefined ? undefined : new Secret(readTextFile(keyFile, 'audit.keyFile').trim());
}
