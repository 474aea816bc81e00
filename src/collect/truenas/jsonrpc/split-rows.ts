/** Where the rows of a long list stand in an answer, so that each can be parsed, read and let go before the next. */
export interface SplitRows {
  /** Of every row in turn: its first byte, and the byte after its last. */
  readonly bounds: readonly number[];
  /** The same of every integer of sixteen digits and more. */
  readonly longIntegers: readonly number[];
  /** Of all rows together, commas and blanks included. */
  readonly from: number;
  readonly to: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const minus = 0x2d;
const longDigits = 16;
const key = Buffer.from('"result"');

/**
 * Finds the rows of `{…, "result": [row, row …], …}` without parsing them. Undefined when the answer is anything else:
 * it is then parsed as a whole. Whether rows and the rest are JSON is for the parser to say, piece by piece: cut at the
 * commas of the list, a text is JSON exactly when each of its pieces is.
 */
export function splitRows(answer: Buffer): SplitRows | undefined {
  const from = findList(answer);
  if (from === undefined) return undefined;
  const bounds: number[] = [];
  const longIntegers: number[] = [];
  let depth = 0;
  let begin = from;
  let at = from;
  for (; at < answer.length; at += 1) {
    const byte = answer[at] as number;
    if (byte === quote) at = endOfText(answer, at);
    else if (byte === openBrace || byte === openBracket) depth += 1;
    else if (byte === closeBrace || byte === closeBracket) {
      if (depth === 0) break;
      depth -= 1;
    } else if (byte === comma) {
      if (depth > 0) continue;
      bounds.push(begin, at);
      begin = at + 1;
    } else if (isDigit(byte)) {
      const end = endOfInteger(answer, at);
      if (end - at >= longDigits && isWhole(answer, at, end)) longIntegers.push(signed(answer, at), end);
      at = end - 1;
    }
  }
  if (answer[at] !== closeBracket || answer.indexOf(key, at) >= 0) return undefined;
  if (bounds.length > 0 || !isBlank(answer, begin, at)) bounds.push(begin, at);
  return { bounds, longIntegers, from, to: at };
}

/** The byte after the `[` of the first list named `result`, when only short members stand before it. */
function findList(answer: Buffer): number | undefined {
  const named = answer.indexOf(key);
  if (named < 0 || named > 1024 || !isMember(answer, named)) return undefined;
  let at = skipBlanks(answer, named + key.length);
  if (answer[at] !== colon) return undefined;
  at = skipBlanks(answer, at + 1);
  return answer[at] === openBracket ? at + 1 : undefined;
}

/** Whether the text at `position` is a member of the outermost object, and not inside another or inside a text. */
function isMember(answer: Buffer, position: number): boolean {
  let depth = 0;
  for (let at = 0; at < position; at += 1) {
    const byte = answer[at] as number;
    if (byte === quote) at = endOfText(answer, at);
    else if (byte === openBrace || byte === openBracket) depth += 1;
    else if (byte === closeBrace || byte === closeBracket) depth -= 1;
    if (at >= position) return false;
  }
  return depth === 1;
}

/** The closing quote of the text that begins at `at`. */
function endOfText(answer: Buffer, at: number): number {
  let end = at + 1;
  while (end < answer.length && answer[end] !== quote) end += answer[end] === backslash ? 2 : 1;
  return end;
}

function endOfInteger(answer: Buffer, at: number): number {
  let end = at + 1;
  while (isDigit(answer[end])) end += 1;
  return end;
}

/** No fraction, no exponent, and not the end of one. */
function isWhole(answer: Buffer, at: number, end: number): boolean {
  return !isPartOfNumber(answer[end]) && !isPartOfNumber(answer[signed(answer, at) - 1]);
}

function isPartOfNumber(byte: number | undefined): boolean {
  return byte === 0x2e || byte === 0x65 || byte === 0x45 || byte === 0x2b || byte === minus || isDigit(byte);
}

function signed(answer: Buffer, at: number): number {
  return answer[at - 1] === minus ? at - 1 : at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function skipBlanks(answer: Buffer, from: number): number {
  let at = from;
  while (isBlankByte(answer[at])) at += 1;
  return at;
}

function isBlank(answer: Buffer, from: number, to: number): boolean {
  return skipBlanks(answer, from) >= to;
}

function isBlankByte(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
