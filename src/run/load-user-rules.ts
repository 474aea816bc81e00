import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ConfigError } from '../errors.ts';
import { Severity } from '../model/finding.ts';
import type { Rule } from '../model/rule.ts';
import { Component } from '../model/validation.ts';
import { rules } from '../validation/rules/index.ts';

const lists = z.array(z.string().min(1)).optional();

const Meta = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: z.string().min(1),
  severity: Severity,
  component: Component,
  scope: z.enum(['backend', 'cluster', 'nas']),
  why: z.string().min(1),
  remediation: z.string().min(1),
  example: z.string().optional(),
  families: z.array(z.enum(['democratic-csi', 'truenas-csi'])).optional(),
  needs: z.strictObject({ cluster: lists, nas: lists }),
});

const Module = z.object({ rule: z.object({ meta: Meta, check: z.custom((value) => typeof value === 'function') }) });

/**
 * Rules of the user: every `.js` and `.mjs` file of the folder, by name. Their code runs with our rights.
 * @throws ConfigError when the folder cannot be read, or a module cannot be loaded or has another shape.
 */
export async function loadUserRules(folder: string): Promise<readonly Rule[]> {
  const files = (await listFiles(folder)).filter((file) => /\.m?js$/.test(file)).sort();
  const loaded: Rule[] = [];
  for (const file of files) {
    const rule = await loadRule(resolve(folder, file));
    if ([...rules, ...loaded].some(({ meta }) => meta.id === rule.meta.id)) {
      throw new ConfigError(`${resolve(folder, file)}: there is already a rule ${rule.meta.id}`, {
        remedy: 'Give the rule an id of its own.',
      });
    }
    loaded.push(rule);
  }
  return loaded;
}

async function listFiles(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new ConfigError(`validation.rulesDir: ${resolve(folder)} cannot be read`, {
      cause,
      remedy: 'Name a folder that exists, or leave the key out.',
    });
  }
}

async function loadRule(file: string): Promise<Rule> {
  const parsed = Module.safeParse(await importModule(file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${file}: ${issue?.path.join('.')}: ${issue?.message}`, {
      remedy: 'Export a `rule` of the shape in docs/rules/README.md.',
    });
  }
  return parsed.data.rule as unknown as Rule;
}

async function importModule(file: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (cause) {
    throw new ConfigError(`${file} cannot be loaded`, { cause, remedy: 'Run `node --check` on it.' });
  }
}
