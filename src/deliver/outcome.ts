/**
 * How one try ended. `refused` is final (the other side will never take it), `failed` is tried again by the next run,
 * `unknown` means that all was sent and no answer came: trying again could deliver twice.
 */
export type Outcome =
  | { readonly state: 'sent' }
  | { readonly state: 'tooLarge' | 'refused' | 'failed' | 'unknown'; readonly because: string };
