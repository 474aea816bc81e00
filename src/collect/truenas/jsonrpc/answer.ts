import { isRecord, parseWire } from '../wire.ts';
import { findRows, parsePieces, type RowBounds } from './row-pieces.ts';

/** One message of the NAS. What is no JSON throws `NotJson`, at once or at the row that is none. */
export interface WireAnswer {
  /** Without the rows of a long list. */
  readonly message: Readonly<Record<string, unknown>>;
  /** The result, the rows of a list given to `read` one after the other; a result of another kind as it is. */
  result(read?: ReadRow): unknown;
}

type ReadRow = (row: unknown, index: number) => unknown;

export class NotJson extends Error {}

/** A longer answer is parsed piece by piece, so that of its rows never more than a piece is held. */
export interface PieceSizes {
  readonly longerThanBytes: number;
  readonly pieceBytes: number;
}

const usual: PieceSizes = { longerThanBytes: 1024 * 1024, pieceBytes: 64 * 1024 };

/** @throws NotJson */
export function openAnswer(bytes: Buffer, { longerThanBytes, pieceBytes }: PieceSizes = usual): WireAnswer {
  const rows = bytes.length > longerThanBytes ? findRows(bytes) : undefined;
  const message = rows && messageAround(bytes, rows);
  if (rows === undefined || message === undefined) return whole(toMessage(bytes.toString('utf8')));
  return { message, result: (read = asItIs) => readPieces(bytes, rows, pieceBytes, read) };
}

/** The answer without its rows; undefined when that is none, for then the rows stand elsewhere. */
function messageAround(bytes: Buffer, { from, to }: RowBounds): WireAnswer['message'] | undefined {
  try {
    const message = toMessage(`${bytes.toString('utf8', 0, from)}${bytes.toString('utf8', to)}`);
    return message['id'] === undefined ? undefined : message;
  } catch {
    return undefined;
  }
}

const asItIs: ReadRow = (row) => row;

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

function readPieces(bytes: Buffer, bounds: RowBounds, pieceBytes: number, read: ReadRow): unknown[] {
  const items: unknown[] = [];
  const pieces = parsePieces(bytes, bounds, pieceBytes);
  for (;;) {
    const piece = parsed(() => pieces.next());
    if (piece.done === true) return items;
    for (const row of piece.value) items.push(read(row, items.length));
  }
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new NotJson();
  }
}
