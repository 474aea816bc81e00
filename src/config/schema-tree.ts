import { z } from 'zod';
import { Config } from './schema.ts';

/** JSON Schema of the config as a user writes it: the walkable form of the zod schema. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: SchemaNode;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly SchemaNode[];
  readonly 'x-secret'?: boolean;
}

export function buildConfigSchema(): SchemaNode {
  return z.toJSONSchema(Config, { io: 'input', target: 'draft-7' }) as SchemaNode;
}

/** The node at a path of keys and list indexes; undefined when there is none. */
export function nodeAt(root: SchemaNode, path: readonly PropertyKey[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const step of path) node = node === undefined ? undefined : childOf(node, step);
  return node;
}

function childOf(node: SchemaNode, step: PropertyKey): SchemaNode | undefined {
  if (node.items !== undefined) return node.items;
  const property = node.properties?.[String(step)];
  if (property !== undefined) return property;
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
}
