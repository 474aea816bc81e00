import { envNameOf } from './env.ts';
import type { SchemaNode } from './schema-tree.ts';

/** docs/configuration.md below its introduction: one table per group of keys, from the schema alone. */
export function formatConfigReference(schema: SchemaNode): string {
  return formatGroup(schema, [], 'Top level').join('\n');
}

/** The README's table: one line per top-level key. */
export function formatConfigOverview(schema: SchemaNode): string {
  const rows = Object.entries(schema.properties ?? {}).map(
    ([key, node]) => `| [\`${key}\`](docs/configuration.md#${anchorOf(key, node)}) | ${cell(node.description ?? '')} |`,
  );
  return ['| key | what it is for |', '| --- | --- |', ...rows, ''].join('\n');
}

function formatGroup(node: SchemaNode, path: readonly PropertyKey[], title: string): readonly string[] {
  const fields = Object.entries(node.properties ?? {});
  const required = new Set(node.required);
  return [
    `## ${title}`,
    '',
    ...(path.length > 0 && node.description !== undefined ? [node.description, ''] : []),
    '| key | type | default | meaning | environment |',
    '| --- | --- | --- | --- | --- |',
    ...fields.map(([key, field]) => formatField(field, [...path, key], required.has(key))),
    '',
    ...fields.flatMap(([key, field]) => {
      const group =
        field.items?.properties === undefined ? field : { ...field.items, description: field.description ?? '' };
      if (group.properties === undefined) return [];
      const here = field.items === undefined ? [...path, key] : [...path, key, 0];
      return formatGroup(group, here, titleOf(here));
    }),
  ];
}

function formatField(node: SchemaNode, path: readonly PropertyKey[], isRequired: boolean): string {
  const key = String(path.at(-1));
  const name = isGroup(node)
    ? `[\`${key}\`](#${anchor(titleOf(node.items === undefined ? path : [...path, 0]))})`
    : `\`${key}\``;
  const fallback = isRequired ? '**required**' : formatDefault(node);
  return `| ${name} | ${cell(typeOf(node))} | ${fallback} | ${cell(node.description ?? '')} | ${isGroup(node) ? '' : `\`${envNameOf(path)}\``} |`;
}

function typeOf(node: SchemaNode): string {
  if (node['x-secret'] === true) return 'secret';
  if (node.items?.properties !== undefined) return 'list of groups';
  if (node.properties !== undefined) return 'group';
  if (node.items !== undefined) return `list of ${shortType(node.items)}s`;
  if (typeof node.additionalProperties === 'object') return `map to ${shortType(node.additionalProperties)}`;
  return shortType(node);
}

function shortType(node: SchemaNode): string {
  if (node.anyOf !== undefined) return node.anyOf.map(shortType).join(' or ');
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum !== undefined)
    return node.enum.length > 8 ? 'check id' : node.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (node.type === 'integer') return 'whole number';
  return node.type === 'string' ? 'text' : (node.type ?? 'any');
}

function formatDefault(node: SchemaNode): string {
  if (isGroup(node) || node.default === undefined) return '–';
  return `\`${typeof node.default === 'string' ? node.default : JSON.stringify(node.default)}\``;
}

function isGroup(node: SchemaNode): boolean {
  return node.properties !== undefined || node.items?.properties !== undefined;
}

/** `nas[].tls` */
function titleOf(path: readonly PropertyKey[]): string {
  return path.map((step, index) => (step === 0 ? '[]' : `${index === 0 ? '' : '.'}${String(step)}`)).join('');
}

function anchorOf(key: string, node: SchemaNode): string {
  return isGroup(node) ? anchor(key) : 'top-level';
}

/** As GitHub makes them. */
function anchor(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
