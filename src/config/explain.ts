import type { z } from 'zod';
import { didYouMean } from '../util/nearest.ts';
import { formatPath } from './plain.ts';
import { nodeAt, type SchemaNode } from './schema-tree.ts';

/** One thing that is wrong with the config, and where. */
export interface ConfigProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Every issue in words, with the nearest valid key or value where a word looks misspelt. Values are never quoted. */
export function explainIssues(issues: readonly z.core.$ZodIssue[], schema: SchemaNode): readonly ConfigProblem[] {
  return issues.flatMap((issue) => explainIssue(issue, schema));
}

function explainIssue(issue: z.core.$ZodIssue, schema: SchemaNode): readonly ConfigProblem[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const valid = keysOf(nodeAt(schema, path));
    return issue.keys.map((key) => ({ path: [...path, key], message: `unknown key${didYouMean(key, valid)}` }));
  }
  if (issue.code === 'invalid_type' && issue.input === undefined) return [{ path, message: 'is missing' }];
  if (issue.code === 'invalid_type') return [{ path, message: `must be ${withArticle(issue.expected)}` }];
  if (issue.code === 'invalid_value') return [{ path, message: `must be one of ${issue.values.join(', ')}` }];
  if (issue.code === 'invalid_union') return [{ path, message: unionMessage(path, schema) }];
  return [{ path, message: issue.message }];
}

function keysOf(node: SchemaNode | undefined): readonly string[] {
  return [...Object.keys(node?.properties ?? {}), ...(node?.propertyNames?.enum ?? []).map(String)];
}

function unionMessage(path: readonly PropertyKey[], schema: SchemaNode): string {
  const choices = (nodeAt(schema, path)?.anyOf ?? []).flatMap((choice) => choice.enum ?? [choice.const]);
  return choices.length === 0 ? 'has a value that does not fit' : `must be one of ${choices.join(', ')}`;
}

function withArticle(expected: string): string {
  if (expected === 'array') return 'a list';
  if (expected === 'record' || expected === 'object') return 'a group of keys and values';
  if (expected === 'string') return 'a text (put numbers and yes/no in quotes)';
  if (expected === 'boolean') return 'true or false';
  return expected === 'int' ? 'a whole number' : `a ${expected}`;
}

export function describeProblem({ path, message }: ConfigProblem, where: string): string {
  const key = formatPath(path);
  return key === '' ? `${where}: ${message}` : `${where}: ${key}: ${message}`;
}
