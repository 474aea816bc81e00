import { channel } from 'node:diagnostics_channel';
import type { RequestRecord } from '../model/request-record.ts';
import type { CallRecord } from './call-record.ts';

/** What leaves a trace in the audit log. Holds no content and no credential. */
export type TrailEvent =
  | ({ readonly kind: 'call' } & CallRecord)
  | {
      readonly kind: 'credential';
      /** Where config names it: `nas[0].apiKeyFile`, `cluster/prod`. */
      readonly name: string;
      /** `file /run/secrets/key`, `kubeconfig`, `vault` …; never the value. */
      readonly from: string;
      readonly outcome: 'ok' | 'failed';
    }
  | ({ readonly kind: 'request' } & RequestRecord)
  | {
      /** The one thing that is ever changed: an API key of our own on a NAS. */
      readonly kind: 'rotation';
      /** `nas/nas01` */
      readonly system: string;
      readonly step: string;
      readonly keyId?: number;
      readonly outcome: string;
    }
  | {
      readonly kind: 'delivery';
      readonly sink: string;
      readonly outcome: 'sent' | 'failed' | 'refused' | 'unknown' | 'tooLarge';
    };

// One channel for the process: no client can forget to hand a recorder on, and without a listener it costs nothing.
const trail = channel('strandline.trail');

export function leaveTrace(event: TrailEvent): void {
  if (trail.hasSubscribers) trail.publish(event);
}

/** Hears every event until the returned function is called. */
export function followTrail(hear: (event: TrailEvent) => void): () => void {
  const listener = (event: unknown) => hear(event as TrailEvent);
  trail.subscribe(listener);
  return () => trail.unsubscribe(listener);
}
