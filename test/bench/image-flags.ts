import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const containerfile = readFileSync(join(import.meta.dirname, '../../cronjob/Containerfile'), 'utf8');
const entrypoint = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(containerfile)?.[1] ?? '') as string[];

/** What the image gives to Node: a bench without them measures another program. */
export const imageFlags: readonly string[] = entrypoint.filter((word) => /^--\w/.test(word));
