// Licences of everything that ships, from the lock file: each must be one that we may pass on. `node .ci/licences.mjs`.
import { readFileSync } from 'node:fs';

/** Permissive ones, the fonts' OFL, and Unlicense/PSF; anything else is for a person to decide. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'OFL-1.1',
  'PSF-2.0',
  'Unlicense',
  'Zlib',
]);

/** What is shipped under a licence that is not allowed, or under none. */
export function findForeignLicences(lock) {
  return Object.entries(lock.packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    .filter(([, { license }]) => !isAllowed(license ?? ''))
    .map(([path, { license }]) => `${path}: ${license ?? 'no licence'}`);
}

/** SPDX: all sides of AND, one side of OR. */
export function isAllowed(expression) {
  return expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => allowed.has(licence.trim())));
}

if (process.argv[1] === import.meta.filename) {
  const foreign = findForeignLicences(JSON.parse(readFileSync('package-lock.json', 'utf8')));
  for (const line of foreign) process.stdout.write(`${line}\n`);
  process.exitCode = foreign.length === 0 ? 0 : 1;
}
