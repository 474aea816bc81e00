import { askPython, ensurePython } from './python.ts';

const version = '4.3.0';

export interface SparkSpec {
  readonly views: Readonly<Record<string, { readonly base: string; readonly files: readonly string[] }>>;
  readonly rows: Readonly<Record<string, { readonly data: readonly (readonly unknown[])[]; readonly schema: string }>>;
  readonly tables: Readonly<Record<string, string>>;
  readonly queries: Readonly<Record<string, string>>;
}

export type SparkAnswers = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** Asks a Spark of this machine. Installs PySpark once (450 MB); needs Python 3 and Java 17. */
export async function askSpark(spec: SparkSpec): Promise<SparkAnswers> {
  return (await askPython(ensureSpark(), 'spark_queries.py', spec)) as SparkAnswers;
}

/** What a block of Python prints that works with a session `spark` in a folder. */
export async function runSparkBlock(folder: string, code: string): Promise<string> {
  return (await askPython(ensureSpark(), 'spark_page.py', { folder, code })) as string;
}

function ensureSpark(): string {
  return ensurePython(`pyspark-${version}`, [`pyspark==${version}`]);
}
