import type { DuckDBConnection, DuckDBInstance, DuckDBValue, JS } from '@duckdb/node-api';
import { HistoryError } from '../errors.ts';
import type { Cell, ColumnType } from './tables.ts';

export type Record_ = Readonly<Record<string, JS>>;

/** DuckDB in memory: it writes and reads Parquet files; nothing of it is ever kept. */
export interface Duck {
  run(sql: string): Promise<void>;
  query(sql: string, values?: Readonly<Record<string, DuckDBValue>>): Promise<readonly Record_[]>;
  /** The columns of some thousand rows at a time, for answers too large to hold as rows. All of them must be DOUBLE. */
  streamNumbers(sql: string): AsyncIterable<readonly (readonly (number | null)[])[]>;
  /** A table of its own from rows; cells that a row does not name are NULL. */
  load(
    name: string,
    columns: Readonly<Record<string, ColumnType>>,
    rows: readonly Readonly<Record<string, Cell>>[],
  ): Promise<void>;
  close(): void;
}

const chunkRows = 2048;

export async function openDuck(options: { readonly memoryLimit: string; readonly temporary: string }): Promise<Duck> {
  const api = await import('@duckdb/node-api');
  const instance: DuckDBInstance = await api.DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: options.memoryLimit,
    temp_directory: options.temporary,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection: DuckDBConnection = await instance.connect();
  const types = { VARCHAR: api.VARCHAR, BIGINT: api.BIGINT, DOUBLE: api.DOUBLE, BOOLEAN: api.BOOLEAN };
  return {
    run: (sql) =>
      translate(async () => {
        await connection.run(sql);
      }),
    query: (sql, values = {}) =>
      translate(async () => {
        const reader = await connection.runAndReadAll(sql, { ...values });
        return reader.getRowObjectsJS().map(withNumbers);
      }),
    async *streamNumbers(sql) {
      const result = await translate(() => connection.stream(sql));
      for (;;) {
        const chunk = await translate(() => result.fetchChunk());
        if (chunk === null || chunk.rowCount === 0) return;
        yield chunk.getColumns().map((column) => column.map(toNumber));
      }
    },
    load: (name, columns, rows) =>
      translate(async () => {
        const names = Object.keys(columns);
        const kinds = Object.values(columns);
        const definition = names.map((column, i) => `${column} ${kinds[i]}`).join(', ');
        await connection.run(`CREATE OR REPLACE TABLE ${name} (${definition})`);
        const appender = await connection.createAppender(name);
        for (let from = 0; from < rows.length; from += chunkRows) {
          const slice = rows.slice(from, from + chunkRows);
          const chunk = api.DuckDBDataChunk.create(
            kinds.map((kind) => types[kind]),
            slice.length,
          );
          chunk.setColumns(names.map((column, i) => slice.map((row) => toValue(row[column], kinds[i]))));
          appender.appendDataChunk(chunk);
        }
        appender.closeSync();
      }),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function translate<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new HistoryError('The history engine (DuckDB) failed', {
      cause: error,
      remedy: 'Check the free space of the temporary folder; run `strandline history verify`.',
    });
  }
}

function toValue(cell: Cell, kind: ColumnType | undefined): DuckDBValue {
  if (cell === undefined || cell === null) return null;
  if (kind === 'BIGINT' && typeof cell === 'number') return BigInt(Math.round(cell));
  return cell;
}

const toNumber = (value: DuckDBValue): number | null => (typeof value === 'number' ? value : null);

/** Sums and counts come as bigint; all of ours fit a double exactly (below 2^53). */
function withNumbers(row: Record<string, JS>): Record_ {
  for (const [column, value] of Object.entries(row)) {
    if (typeof value === 'bigint') row[column] = Number(value);
  }
  return row;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path for read_parquet, which reads `*`, `?` and `[` as a pattern. */
export function quotePath(path: string): string {
  return quoteText(path.replace(/[[*?]/g, (char) => `[${char}]`));
}
