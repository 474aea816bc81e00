import { ConfigError } from '../errors.ts';
import { didYouMean } from '../util/nearest.ts';
import type { Override } from './override.ts';
import type { SchemaNode } from './schema-tree.ts';

const prefix = 'STRANDLINE_';

/** Variables of this prefix that are no overrides. */
const reserved = new Set(['STRANDLINE_CONFIG', 'STRANDLINE_JOB_NAME', 'STRANDLINE_COMMIT', 'STRANDLINE_POD_UID']);

/** Kubernetes puts these into every pod for a Service called strandline…; they are not meant for us. */
const serviceLink = /_(SERVICE_(HOST|PORT)(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/;

/**
 * Overrides from the environment: `STRANDLINE_` and the key path, levels joined by `__`, words by `_`
 * (`STRANDLINE_CHECKS__MIN_AGE=2h`, `STRANDLINE_NAS__0__URL=…`). Lists take commas or JSON, objects JSON.
 */
export function readEnvOverrides(
  env: Readonly<Record<string, string | undefined>>,
  schema: SchemaNode,
  usedInFile: ReadonlySet<string>,
): readonly Override[] {
  const overrides: Override[] = [];
  for (const [name, text] of Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (text === undefined || !name.startsWith(prefix) || reserved.has(name) || name.startsWith('STRANDLINE_TEST_'))
      continue;
    if (usedInFile.has(name)) continue;
    const target = resolveName(name, schema);
    if ('problem' in target) {
      if (serviceLink.test(name)) continue;
      throw new ConfigError(`environment ${name}: ${target.problem}`, {
        remedy: 'Correct or unset the variable; docs/configuration.md lists the names.',
      });
    }
    overrides.push({ path: target.path, value: parseValue(name, text, target.node), from: `environment ${name}` });
  }
  return overrides;
}

/** The variable that overrides a key path. */
export function envNameOf(path: readonly PropertyKey[]): string {
  return prefix + path.map((step) => snake(String(step))).join('__');
}

type Target = { readonly path: readonly PropertyKey[]; readonly node: SchemaNode } | { readonly problem: string };

function resolveName(name: string, schema: SchemaNode): Target {
  const path: PropertyKey[] = [];
  let node = schema;
  for (const word of name.slice(prefix.length).split('__')) {
    if (node.items !== undefined) {
      if (!/^\d{1,3}$/.test(word)) return { problem: `${word} must be a place in a list, starting at 0` };
      path.push(Number(word));
      node = node.items;
      continue;
    }
    const keys = Object.keys(node.properties ?? {});
    const key = keys.find((candidate) => snake(candidate) === word || candidate.toUpperCase() === word);
    if (key !== undefined) {
      path.push(key);
      node = node.properties?.[key] ?? {};
    } else if (typeof node.additionalProperties === 'object') {
      return { problem: 'give the whole object as JSON' };
    } else {
      return { problem: `there is no such key${didYouMean(word, keys.map(snake))}` };
    }
  }
  return { path, node };
}

function parseValue(name: string, text: string, node: SchemaNode): unknown {
  if (node.type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  if ((node.type === 'number' || node.type === 'integer') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (node.type === 'array' && !/^\s*[[{]/.test(text))
    return text === '' ? [] : text.split(',').map((part) => part.trim());
  if (node.type === 'array' || node.type === 'object') return parseJson(name, text);
  return text;
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError(`environment ${name}: this is not JSON`, { remedy: `Give ${name} a JSON value.` });
  }
}

/** `minAge` → `MIN_AGE`, `perTiBMonth` → `PER_TI_BMONTH`, `s3` → `S3` */
function snake(key: string): string {
  return key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}
