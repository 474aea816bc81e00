import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ConfigError } from '../errors.ts';
import { Secret } from '../util/secret.ts';
import { leaveTrace } from '../util/trail.ts';
import { isPlain } from './plain.ts';
import { codeOf } from './yaml-file.ts';

/** @throws ConfigError that names file and key when it is missing, unreadable or empty. Never quotes its content. */
export async function readSecretFile(file: string, key: string): Promise<Secret> {
  const reference = toVaultReference(file, key);
  const from = reference === undefined ? `file ${file}` : file;
  const trace = { kind: 'credential', name: key, from } as const;
  try {
    const secret = await (reference?.() ?? readSecret(file, key));
    leaveTrace({ ...trace, outcome: 'ok' });
    return secret;
  } catch (error) {
    leaveTrace({ ...trace, outcome: 'failed' });
    throw error;
  }
}

type ReadVault = (path: string, field: string) => Promise<Secret>;
let readVault: ReadVault | undefined;

/** Who answers for `vault:PATH#FIELD`, until the returned function is called. */
export function useVault(read: ReadVault): () => void {
  readVault = read;
  return () => {
    if (readVault === read) readVault = undefined;
  };
}

const vaultReference = /^vault:([^#\s]+)#([^#\s]+)$/;

function toVaultReference(file: string, key: string): (() => Promise<Secret>) | undefined {
  if (!file.startsWith('vault:')) return undefined;
  const [, path = '', field = ''] = vaultReference.exec(file) ?? [];
  const read = readVault;
  if (path !== '' && read !== undefined) return () => read(path, field);
  throw new ConfigError(`${key}: ${file} cannot be asked for`, {
    remedy: 'Write vault:PATH#FIELD, and say in the section `vault` where it is.',
  });
}

/** Only these are read at each use; certificates and the keys that belong to them are read once, from files. */
const fromVault =
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
    const isReference = vaultReference.test(field) && fromVault.test(key) && path[0] !== 'vault';
    const problem = isReference ? undefined : fileProblem(field);
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
