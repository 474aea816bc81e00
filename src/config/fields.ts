import { z } from 'zod';
import { parseDuration } from '../util/duration.ts';
import { Secret } from '../util/secret.ts';

/** The kinds of scalar that config knows. Each says itself what it takes, so that errors and docs agree. */

const spanHint = 'a duration such as 30s, 15m, 24h, 30d or ISO 8601 (PT15M)';
const urlHint = 'a URL such as https://host:port';

export function duration() {
  return z.string().refine((text) => parseDuration(text) !== undefined, { error: `must be ${spanHint}` });
}

/** A name that becomes part of source ids, metric groups and folder names. */
export function shortName() {
  return z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, {
    error: 'must be 1 to 63 letters, digits, dots, dashes or underscores, and start with a letter or digit',
  });
}

export function webUrl() {
  return z.string().superRefine((text, context) => {
    const problem = urlProblem(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });
}

function urlProblem(text: string): string | undefined {
  if (!/^https?:\/\/[^\s/]/i.test(text) || !URL.canParse(text)) return `must be ${urlHint}`;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    return 'must not carry a user name or password; use the keys for them';
  return undefined;
}

/** A name of the IANA database. Checked here because the libraries throw only when the zone is first used. */
export function timeZone() {
  return z.string().refine(isTimeZone, { error: 'must be a time zone of the IANA database, such as Europe/Berlin' });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export function localeTag() {
  return z.string().refine(isLocale, { error: 'must be a language tag such as en-GB or de' });
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** An ISO date or time with zone, for expiry dates. A bare date ends at the start of that day, UTC. */
export function dateOrTime() {
  return z.string().refine((text) => /^\d{4}-\d{2}-\d{2}(T.+(Z|[+-]\d{2}:\d{2}))?$/.test(text) && isRealDate(text), {
    error: 'must be a date (2027-01-31) or a time with its zone (2027-01-31T12:00:00Z)',
  });
}

function isRealDate(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && (text.includes('T') || new Date(time).toISOString().startsWith(text));
}

/** A secret that stands in the file (through `${ENV}`): hidden from the moment it is parsed. */
export function secret() {
  return z
    .string()
    .min(1, { error: 'must not be empty' })
    .meta({ 'x-secret': true })
    .transform((text) => new Secret(text));
}

/** Path of a file. Relative paths count from the folder of the config file; it must exist when config is loaded. */
export function filePath() {
  return z.string().min(1, { error: 'must not be empty' });
}

export function port() {
  return z.int().min(1).max(65_535);
}

export function count(minimum = 0) {
  return z.int().min(minimum);
}

/** A section whose own defaults apply when it is left out. */
export function section<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape);
}
