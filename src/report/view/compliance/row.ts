/** One statement about one thing: what is so, and whether somebody should look at it. */
export interface ComplianceRow {
  readonly where: string;
  readonly what: string;
  readonly state: 'right' | 'look' | 'not assessed';
  readonly says: string;
}

export function notAssessed(where: string, what: string, because: string): ComplianceRow {
  return { where, what, state: 'not assessed', says: because };
}
