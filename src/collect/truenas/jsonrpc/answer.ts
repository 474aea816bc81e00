import { isRecord, parseWire } from '../wire.ts';
import { type SplitRows, splitRows } from './split-rows.ts';

/** One message of the NAS. What is no JSON throws `NotJson`, at once or at the row that is none. */
export interface WireAnswer {
  /** Without the rows of a long list. */
  readonly message: Readonly<Record<string, unknown>>;
  /** The result, each row of a list given to `read` as it is parsed; a result of another kind as it is. */
  result(read?: (row: unknown, index: number) => unknown): unknown;
}

export class NotJson extends Error {}

/** @throws NotJson */
export function openAnswer(bytes: Buffer): WireAnswer {
  const split = splitRows(bytes);
  if (split === undefined) return whole(toMessage(bytes.toString('utf8')));
  const { from, to } = split;
  const message = toMessage(`${bytes.toString('utf8', 0, from)}${bytes.toString('utf8', to)}`);
  return { message, result: (read = asItIs) => readRows(bytes, split, read) };
}

const asItIs = (row: unknown) => row;

function whole(message: WireAnswer['message']): WireAnswer {
  return {
    message,
    result(read = asItIs) {
      const { result } = message;
      return Array.isArray(result) ? result.map((row, index) => read(row, index)) : result;
    },
  };
}

function toMessage(text: string): WireAnswer['message'] {
  const message = parsed(() => parseWire(text));
  if (isRecord(message)) return message;
  throw new NotJson();
}

function readRows(
  bytes: Buffer,
  { bounds, longIntegers }: SplitRows,
  read: (row: unknown, index: number) => unknown,
): unknown[] {
  const rows: unknown[] = [];
  let long = 0;
  for (let index = 0; index * 2 < bounds.length; index += 1) {
    const to = bounds[index * 2 + 1] as number;
    let at = bounds[index * 2] as number;
    let text = '';
    for (; (longIntegers[long] ?? to) < to; long += 2) {
      const [begin, end] = [longIntegers[long] as number, longIntegers[long + 1] as number];
      text += `${bytes.toString('utf8', at, begin)}${quoted(bytes.toString('latin1', begin, end))}`;
      at = end;
    }
    text += bytes.toString('utf8', at, to);
    rows.push(
      read(
        parsed(() => JSON.parse(text)),
        index,
      ),
    );
  }
  return rows;
}

/** As `parseWire` gives it. */
function quoted(integer: string): string {
  return Number.isSafeInteger(Number(integer)) ? integer : `"${integer}"`;
}

function parsed(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    throw new NotJson();
  }
}
