import { z } from 'zod';
import type { NasSystem } from '../../../model/truenas.ts';
import type { SectionAnswer } from '../../section.ts';
import { known, Lenient, parseRow, Unread } from '../rows.ts';
import { dateOf } from '../wire.ts';
import { ifAllowed, type NasContext } from './context.ts';

const SystemInfo = z.object({
  version: z.string().min(1),
  hostname: Unread,
  timezone: Unread,
  uptime_seconds: Unread,
  datetime: Unread,
});

/** `nowAt`: the NAS's own clock when it answered. */
export interface SystemReading {
  readonly system: NasSystem;
  readonly unreadable: Readonly<Record<string, number>>;
  readonly nowAt?: string;
}

export function toSystem(answer: unknown): SystemReading {
  const row = parseRow('system.info', SystemInfo, answer);
  const lenient = new Lenient();
  const uptime = typeof row.uptime_seconds === 'number' ? Math.floor(row.uptime_seconds) : row.uptime_seconds;
  const system = known({
    version: row.version,
    hostname: lenient.text(row.hostname, 'hostname'),
    timezone: lenient.text(row.timezone, 'timezone'),
    uptimeSeconds: lenient.integer(uptime, 'uptimeSeconds'),
  });
  return { system, ...known({ nowAt: dateOf(row.datetime) }), unreadable: lenient.unreadable };
}

/** system.info needs READONLY_ADMIN; a smaller key still gives the version. */
export async function readSystem(
  context: NasContext,
  version: string,
  { now, onSkew }: { readonly now: () => Date; readonly onSkew: (skewMs: number) => void },
): Promise<SectionAnswer<NasSystem>> {
  const before = now().getTime();
  const answer = await ifAllowed(() => context.client.call('system.info', [], { signal: context.signal }));
  if (answer === undefined) return { items: [{ version }], unreadable: { hostname: 1, timezone: 1, uptimeSeconds: 1 } };
  const { system, nowAt, unreadable } = toSystem(answer);
  if (nowAt !== undefined) onSkew(Date.parse(nowAt) - Math.round((before + now().getTime()) / 2));
  return { items: [system], unreadable };
}

/** Undefined where the release has none or the key may not read it. */
export async function readHostId({ client, signal }: NasContext): Promise<string | undefined> {
  const id = await ifAllowed(() => client.call('system.host_id', [], { signal }));
  return typeof id === 'string' && id !== '' ? id : undefined;
}
