import { type Finding, severities } from '../../model/finding.ts';
import type { ScanResult } from '../../model/scan-result.ts';
import { rulesToReview } from '../../util/ignore-words.ts';
import { daySpan, describePeriod } from '../../util/period-words.ts';
import type { Part } from '../part.ts';
import { countOf, formatBytes, formatDay, formatMinute, toVisible } from '../words.ts';
import type { MailChart } from './charts.ts';

export interface MailFacts {
  /** Shown before the verdict, for example `Correction`. */
  readonly prefix?: string | undefined;
  /** Lines about deliveries: superseded mails, mails of unknown fate, where the files are. */
  readonly remarks: readonly string[];
}

const shownFindings = 50;
const shownGaps = 20;
const shownPools = 30;

export type MailView = ReturnType<typeof buildMailView>;

/** Everything that both bodies say, in words. */
export function buildMailView(result: ScanResult, part: Part, facts: MailFacts, charts: readonly MailChart[] = []) {
  const { scan, summary } = result;
  const prefix = facts.prefix === undefined ? '' : `${facts.prefix}: `;
  const counts = countsOf(result, part);
  return {
    subject: buildSubject(result, part, facts),
    /** What a list of mails shows beside the subject. */
    preview: counts.map(({ name, value }) => `${name}: ${value}`).join(', '),
    prefix: facts.prefix,
    status: summary.status,
    place: toVisible(placeOf(result)),
    heading: toVisible(`${prefix}${summary.status}: ${placeOf(result)}`),
    sentence: part.isOfTeam
      ? `This message holds only your part: ${countOf(part.findings.length, 'open finding')}.`
      : toVisible(summary.sentence),
    date: `${formatMinute(scan.startedAt, scan.timeZone)} (${scan.timeZone})`,
    period: periodOf(result),
    counts,
    /** The counts, three in a row. */
    tiles: [counts.slice(0, 3), counts.slice(3)],
    severities: severities
      .toReversed()
      .map((severity) => `${part.findings.filter((one) => one.severity === severity).length} ${severity}`)
      .join(', '),
    charts: {
      pools: charts.find(({ name }) => name === 'pools'),
      reclaimable: charts.find(({ name }) => name === 'reclaimable'),
    },
    findings: part.findings.slice(0, shownFindings).map(toRow),
    more: Math.max(0, part.findings.length - shownFindings),
    notAssessed: summary.notAssessed.slice(0, shownGaps).map(({ what, because }) => ({
      what: toVisible(what),
      because: toVisible(because),
    })),
    moreNotAssessed: Math.max(0, summary.notAssessed.length - shownGaps),
    pools: part.isWhole ? result.usage.pools.slice(0, shownPools).map(toPool) : [],
    remarks: [...facts.remarks, ...(part.isWhole ? rulesToReview(result) : [])].map(toVisible),
    footer: `Strandline ${result.tool.version}, run ${scan.runId}. It only reads: nothing was changed or deleted.`,
  };
}

function countsOf({ summary }: ScanResult, part: Part) {
  return [
    { name: 'Open findings', value: String(part.findings.length) },
    { name: 'New', value: String(part.newCount) },
    { name: 'Resolved', value: String(part.resolvedCount) },
    { name: 'Confirmed', value: String(part.confirmedCount) },
    ...(part.isWhole ? [{ name: 'Ignored', value: String(summary.ignored) }] : []),
    { name: 'Reclaimable', value: formatBytes(part.reclaimableBytes) },
  ];
}

/** Verdict first, then place, counts and date; the date also keeps mail clients from threading unlike reports. */
function buildSubject(result: ScanResult, part: Part, { prefix }: MailFacts): string {
  const { scan, summary, period } = result;
  const figures = [
    countOf(part.newCount, 'new finding'),
    `${part.findings.length} open`,
    ...(part.reclaimableBytes > 0 ? [`${formatBytes(part.reclaimableBytes)} reclaimable`] : []),
    ...(part.isWhole ? fullSoon(result) : []),
    ...(summary.notAssessed.length > 0 ? ['not everything assessed'] : []),
  ];
  const date = period === undefined ? formatDay(scan.startedAt, scan.timeZone) : daySpan(period, scan.timeZone);
  const start = prefix === undefined ? '' : `${prefix}: `;
  return toVisible(`${start}[${summary.status}] storage ${placeOf(result)}: ${figures.join(', ')} — ${date}`);
}

const soonDays = 90;

/** The pool that is full first, when that is near. */
function fullSoon({ trends }: ScanResult): readonly string[] {
  const [first] = trends.forecasts
    .flatMap(({ subject, pool, daysUntilFull: days }) =>
      subject === 'pool' && days !== undefined && days.expected <= soonDays ? [{ pool, days: days.expected }] : [],
    )
    .toSorted((a, b) => a.days - b.days);
  return first === undefined ? [] : [`${first.pool} full in ${first.days} d`];
}

function placeOf({ scope }: ScanResult): string {
  return [scope.clusters, scope.nases].map(namesOf).join(' / ');
}

function namesOf(systems: readonly { readonly name: string }[]): string {
  const [first, second, ...rest] = systems.map(({ name }) => name);
  if (first === undefined) return 'none';
  if (second === undefined) return first;
  return rest.length === 0 ? `${first}, ${second}` : `${first} and ${rest.length + 1} more`;
}

function periodOf({ scan, period }: ScanResult): string {
  if (period === undefined) return '';
  const { dates, scans } = describePeriod(period, scan.timeZone);
  return `${dates}: ${scans}`;
}

function toRow({ severity, check, resource, owner, bytes, why, confirmation, change }: Finding) {
  const place = toVisible([owner.namespace, owner.claim].filter((part) => part !== undefined).join('/'));
  const name = toVisible(resource.name);
  const sentence = toVisible(why);
  const size = bytes.reclaimable === undefined ? '' : `${formatBytes(bytes.reclaimable)} reclaimable`;
  return {
    severity,
    check,
    name,
    owner: place,
    bytes: bytes.reclaimable === undefined ? '' : formatBytes(bytes.reclaimable),
    detail: [place, size].filter((text) => text !== '').join(', '),
    why: sentence,
    /** The sentence where it stands below the name. */
    below: sentence.startsWith(`${name} `) ? sentence.slice(name.length + 1) : sentence,
    state: confirmation === 'unconfirmed' ? `${changeWords[change]}, unconfirmed` : changeWords[change],
  };
}

const changeWords = { new: 'new', open: 'open', cameBack: 'came back', resolved: 'resolved' } as const;

function toPool(pool: ScanResult['usage']['pools'][number]) {
  const { usedBytes, usableBytes } = pool;
  const isKnown = usedBytes !== undefined && usableBytes !== undefined && usableBytes > 0;
  return {
    name: toVisible(`${pool.nas}/${pool.pool}`),
    used: `${formatBytes(usedBytes)} of ${formatBytes(usableBytes)}`,
    percent: isKnown ? `${Math.round((usedBytes / usableBytes) * 100)} %` : 'unknown',
    status: pool.status,
    isHealthy: pool.healthy,
  };
}
