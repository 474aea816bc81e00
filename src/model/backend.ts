import type { BackendInfo } from './scan-result.ts';

/** One (cluster, CSI driver name) tied to one (NAS, parent datasets). Plain data; see design section 5. */
export type Backend = Omit<BackendInfo, 'volumes'>;

export type DriverFamily = Backend['family'];
