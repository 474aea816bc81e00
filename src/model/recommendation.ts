import { z } from 'zod';

export const Money = z.object({ perMonth: z.number(), currency: z.string() });
export type Money = z.infer<typeof Money>;

export const Recommendation = z.object({
  rule: z.string(),
  /** `<cluster>/<persistent volume>` or `<nas>/<pool>`. */
  subject: z.string(),
  nas: z.string(),
  pool: z.string(),
  cluster: z.string().optional(),
  namespace: z.string().optional(),
  claim: z.string().optional(),
  dataset: z.string().optional(),
  advice: z.string(),
  /** The readings it rests on, in words. */
  restsOn: z.array(z.string()),
  /** Space that would be free in the pool; absent where nothing is freed or it is not known. */
  savesBytes: z.number().int().nonnegative().optional(),
  saves: Money.optional(),
});
export type Recommendation = z.infer<typeof Recommendation>;

/** As in config: price per TiB and month. `pools` by `NAS/POOL` or `POOL`; a StorageClass wins over the pool. */
export interface Prices {
  readonly currency: string;
  readonly perTiBMonth: {
    readonly pools: Readonly<Record<string, number>>;
    readonly storageClasses: Readonly<Record<string, number>>;
  };
}
