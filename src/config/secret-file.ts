import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ConfigError } from '../errors.ts';
import { Secret } from '../util/secret.ts';
import { leaveTrace } from '../util/trail.ts';
import { isPlain } from './plain.ts';
import { isReference, parseReference, type SecretReference, type SecretScheme, schemeOf } from './secret-reference.ts';
import { codeOf } from './yaml-file.ts';

/** @throws ConfigError that names file and key when it is missing, unreadable or empty. Never quotes its content. */
export async function readSecretFile(file: string, key: string): Promise<Secret> {
  const trace = { kind: 'credential', name: key, from: isReference(file) ? file : `file ${file}` } as const;
  try {
    const secret = await (isReference(file) ? askFor(file, key) : readSecret(file, key));
    leaveTrace({ ...trace, outcome: 'ok' });
    return secret;
  } catch (error) {
    leaveTrace({ ...trace, outcome: 'failed' });
    throw error;
  }
}

/** One store that can be asked. */
export interface ReferenceReader {
  read(reference: SecretReference): Promise<Secret>;
  /** When it was last written, where the store knows. */
  writtenAt(reference: SecretReference): Promise<string | undefined>;
}

const readers = new Map<SecretScheme, ReferenceReader>();

/** Who answers for references of this scheme, until the returned function is called. */
export function answerReferences(scheme: SecretScheme, reader: ReferenceReader): () => void {
  readers.set(scheme, reader);
  return () => {
    if (readers.get(scheme) === reader) readers.delete(scheme);
  };
}

/** When the secret behind a reference was last written. @throws what reading it throws */
export async function readWrittenAt(text: string, key: string): Promise<string | undefined> {
  const { reader, reference } = readerOf(text, key);
  return reader.writtenAt(reference);
}

/** The scheme tells who is asked; a section of config switched it on. */
async function askFor(text: string, key: string): Promise<Secret> {
  const { reader, reference } = readerOf(text, key);
  return reader.read(reference);
}

function readerOf(
  text: string,
  key: string,
): { readonly reader: ReferenceReader; readonly reference: SecretReference } {
  const reference = parseReference(text);
  const reader = reference && readers.get(reference.scheme);
  if (reference !== undefined && reader !== undefined) return { reader, reference };
  throw new ConfigError(`${key}: ${text} cannot be asked for`, { remedy: schemeOf(text).remedy });
}

/** Only these are read at each use; certificates and the keys that belong to them are read once, from files. */
const fromStores =
  /(apiKey|password|clientSecret|refreshToken|token|url|hmacKey|headers|accessKeyId|secretAccessKey|sessionToken)File$/;

async function readSecret(file: string, key: string): Promise<Secret> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).replace(/[\r\n]+$/, '');
  } catch (cause) {
    throw unreadable(file, key, cause);
  }
  if (text === '')
    throw new ConfigError(`${file}: the file of ${key} is empty`, { remedy: `Write the secret into ${file}.` });
  return new Secret(text);
}

export function readTextFile(file: string, key: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, key, cause);
  }
}

export interface MissingFile {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Every `…File` and `kubeconfig` of the config that is not a readable file. */
export function findMissingFiles(value: unknown, path: readonly PropertyKey[] = []): readonly MissingFile[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => findMissingFiles(item, [...path, index]));
  if (!isPlain(value)) return [];
  return Object.entries(value).flatMap(([key, field]) => {
    const here = [...path, key];
    if (typeof field !== 'string' || !(key.endsWith('File') || key === 'kubeconfig'))
      return findMissingFiles(field, here);
    const isAsked = parseReference(field) !== undefined && fromStores.test(key) && path[0] !== 'vault';
    const isElsewhere = path.at(-1) === 'rotation'; // mounted where keys are rotated, and in no pod that scans
    const problem = isAsked || isElsewhere ? undefined : fileProblem(field);
    return problem === undefined ? [] : [{ path: here, message: `the file ${field} ${problem}` }];
  });
}

function fileProblem(file: string): string | undefined {
  try {
    if (statSync(file).isDirectory()) return 'is a folder';
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${codeOf(error)})`;
  }
}

function unreadable(file: string, key: string, cause: unknown): ConfigError {
  return new ConfigError(`${file}: the file of ${key} cannot be read (${codeOf(cause)})`, {
    cause,
    remedy: `Create ${file}, mount it, or correct ${key}.`,
  });
}
