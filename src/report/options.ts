/** What every output is made with besides the result. `now` is handed in: rendering asks no clock. */
export interface ReportOptions {
  /** IANA name; every date in the report is shown in it. */
  readonly timeZone: string;
  /** BCP 47 tag: how numbers and days are written. `en` writes days as 2026-11-23. */
  readonly locale: string;
  readonly paper: 'A4' | 'Letter';
  readonly title?: string | undefined;
  /** Shown in the header: a `data:image/…` URI, so that the file stays offline. */
  readonly logo?: string | undefined;
  readonly now: Date;
}

/** How much of long tables is shown, and whether evidence stands open. Numbers are rows. */
export interface Medium {
  readonly name: 'screen' | 'print';
  readonly findingsPerCheck: number;
  /** Findings per check whose evidence, blockers and steps are shown. */
  readonly detailsPerCheck: number;
  readonly volumes: number;
  readonly groups: number;
  readonly undecided: number;
}

/** HTML on a screen keeps every finding. */
export const screen: Medium = {
  name: 'screen',
  findingsPerCheck: Number.POSITIVE_INFINITY,
  detailsPerCheck: Number.POSITIVE_INFINITY,
  volumes: 1000,
  groups: 50,
  undecided: 500,
};

/** The PDF is read, not searched: it caps long tables and says what it left out. */
export const print: Medium = {
  name: 'print',
  findingsPerCheck: 200,
  detailsPerCheck: 5,
  volumes: 60,
  groups: 15,
  undecided: 40,
};
