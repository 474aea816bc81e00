import { parseWire } from '../wire.ts';

/** Between which bytes of an answer the rows of its list stand. */
export interface RowBounds {
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
const key = Buffer.from('"result"');

/** Of `{…, "result": [rows], …}` when only short members stand around the list: where its rows are, most probably. */
export function findRows(answer: Buffer): RowBounds | undefined {
  const from = findList(answer);
  const to = answer.lastIndexOf(closeBracket);
  return from === undefined || to < from || answer.indexOf(key, to) >= 0 ? undefined : { from, to };
}

/**
 * The rows, a piece of the list after the other. Where a piece ends is a guess, `}, {`, and the parser tells whether it is
 * right: what begins where a row begins, and is a list of whole values up to a comma, ends where a row ends. A wrong
 * guess, inside a row, is no JSON; then the piece grows. @throws SyntaxError when the answer is no JSON.
 */
export function* parsePieces(
  answer: Buffer,
  { from, to }: RowBounds,
  pieceBytes: number,
): Generator<readonly unknown[], void> {
  let count = 0;
  for (let at = from; at < to; ) {
    let end = findGap(answer, at + pieceBytes, to);
    let rows = parseList(answer, at, end);
    while (rows === undefined && end < to) {
      end = findGap(answer, at + 2 * (end - at), to);
      rows = parseList(answer, at, end);
    }
    if (rows === undefined) return yield parseRest(answer, count);
    yield rows;
    count += rows.length;
    at = end + 1;
  }
}

/** Of an answer that has more lists than this one, behind it. Both a result and an error are no answer. */
function parseRest(answer: Buffer, count: number): readonly unknown[] {
  const { result, error } = parseWire(answer.toString('utf8')) as { result?: unknown; error?: unknown };
  if (!Array.isArray(result) || (error !== undefined && error !== null)) throw new SyntaxError('no answer');
  return result.slice(count);
}

function parseList(answer: Buffer, from: number, to: number): unknown[] | undefined {
  try {
    return parseWire(`[${answer.toString('utf8', from, to)}]`) as unknown[];
  } catch {
    return undefined;
  }
}

/** The next comma between two objects, at `from` or after it, or the end of the list. */
function findGap(answer: Buffer, from: number, to: number): number {
  for (let at = answer.indexOf(openBrace, from); at >= 0 && at < to; at = answer.indexOf(openBrace, at + 1)) {
    const between = skipBlanks(answer, at - 1, -1);
    if (between < from || answer[between] !== comma) continue;
    if (answer[skipBlanks(answer, between - 1, -1)] === closeBrace) return between;
  }
  return to;
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

function skipBlanks(answer: Buffer, from: number, step: 1 | -1 = 1): number {
  let at = from;
  while (isBlankByte(answer[at])) at += step;
  return at;
}

function isBlankByte(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
