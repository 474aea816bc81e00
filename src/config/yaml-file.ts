import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { ConfigError } from '../errors.ts';
import { formatPath, isPlain, mapScalars, type Plain } from './plain.ts';
import { isReference } from './secret-reference.ts';
import { substitute } from './substitute.ts';

export interface ConfigFile {
  readonly path: string;
  readonly values: Plain;
  /** Environment variables that the file refers to. */
  readonly usedVariables: ReadonlySet<string>;
  /** `strandline.yaml:12:3` of the value at a path, or of the nearest thing above it. */
  readonly locate: (path: readonly PropertyKey[]) => string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** @throws ConfigError when the file cannot be read, is not YAML, or refers to a variable that is not set. */
export function readConfigFile(file: string, env: Env): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error !== undefined) {
    throw new ConfigError(`${at(error.pos[0])}: malformed YAML: ${withoutContent(error.message)}`, {
      remedy: 'Correct the YAML at that line.',
    });
  }
  const raw: unknown = toPlain(document, file) ?? {};
  if (!isPlain(raw)) {
    throw new ConfigError(`${file}: the file must hold keys and values, not a list or a single value`, {
      remedy: 'Start from the file that `strandline config init` writes.',
    });
  }
  const locate = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return file;
  };
  const usedVariables = new Set<string>();
  const filled = mapScalars(raw, (scalar, path) => {
    if (typeof scalar !== 'string') return scalar;
    const { text, used, unset } = substitute(scalar, env);
    for (const name of used) usedVariables.add(name);
    if (unset[0] !== undefined) {
      throw new ConfigError(`${locate(path)}: ${formatPath(path)}: the environment variable ${unset[0]} is not set`, {
        remedy: `Set ${unset[0]}, or give a default: \${${unset[0]}:-value}.`,
      });
    }
    return resolvePath(path.at(-1), text, dirname(resolve(file)));
  });
  return { path: file, values: filled as Plain, usedVariables, locate };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${file}: the config file cannot be read (${codeOf(cause)})`, {
      cause,
      remedy: 'Check the path given by --config or STRANDLINE_CONFIG, and its permissions.',
    });
  }
}

function toPlain(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new ConfigError(`${file}: malformed YAML: its aliases cannot be resolved`, {
      cause,
      remedy: 'Write the values out instead of using aliases.',
    });
  }
}

/** What follows a colon in the parser's messages may quote the file, and thereby a secret. */
function withoutContent(message: string): string {
  return message.split(/[:"\n]/, 1)[0] ?? message;
}

/** Relative paths in the file count from its own folder, `~/` from the home folder. */
function resolvePath(key: PropertyKey | undefined, text: string, folder: string): string {
  const isPath = typeof key === 'string' && (/(File|Dir)$/.test(key) || key === 'dir' || key === 'kubeconfig');
  if (!isPath || text === '' || isAbsolute(text) || isReference(text)) return text;
  return text.startsWith('~/') ? join(homedir(), text.slice(2)) : join(folder, text);
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
