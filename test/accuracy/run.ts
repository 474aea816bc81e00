import { generateEstate } from '../../fixtures/generator/generate.ts';
import { detectors } from '../../src/orphans/index.ts';
import { toInventory } from '../support/estate-to-inventory.ts';
import { judgeEstate, toTruthFindings } from '../support/judge-estate.ts';
import { addEstate, countResources, formatMatrix, newMatrix } from './matrix.ts';

/**
 * Judges very many generated estates and compares every verdict with the truth. ACCURACY_ESTATES: how many (default
 * 2,000); ACCURACY_FROM: the first seed (default 1). Exit 1 on any finding that is not true, missed, or not exact.
 */
const estates = numberFrom('ACCURACY_ESTATES', 2_000);
const first = numberFrom('ACCURACY_FROM', 1);
const fewestResources = 500 * estates;

const matrix = newMatrix(detectors.map(({ meta }) => meta.id));
const started = performance.now();
let notAssessed = 0;
let errored = 0;
for (let seed = first; seed < first + estates; seed += 1) {
  const estate = generateEstate(seed);
  const judgement = judgeEstate(estate);
  addEstate(matrix, seed, countResources(toInventory(estate)), estate.truth.findings, toTruthFindings(judgement));
  notAssessed += judgement.outcomes.filter(({ status }) => status === 'notAssessed').length;
  errored += judgement.outcomes.filter(({ status }) => status === 'errored').length;
}

const rows = [...matrix.rows.values()];
const sum = (pick: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + pick(row), 0);
const wrong = sum(({ invented, missed, inexact }) => invented + missed + inexact);
const silentChecks =
  estates >= 500 ? [...matrix.rows].filter(([, row]) => row.found === 0).map(([check]) => check) : [];
const seconds = (performance.now() - started) / 1000;
process.stdout.write(
  [
    formatMatrix(matrix),
    '',
    `${estates} estates from seed ${first}, ${matrix.resources} resources, ${sum(({ found }) => found)} findings, ${seconds.toFixed(0)} s`,
    `checks not assessed at a scope (a NAS that config does not know): ${notAssessed}; errored: ${errored}`,
    ...matrix.mistakes,
    ...silentChecks.map((check) => `${check} was never found: the generator does not show it`),
    '',
  ].join('\n'),
);
const sawTooLittle = matrix.resources < fewestResources;
if (sawTooLittle)
  process.stdout.write(`only ${matrix.resources} resources were judged: fewer than ${fewestResources}\n`);
process.exitCode = wrong > 0 || errored > 0 || sawTooLittle || silentChecks.length > 0 ? 1 : 0;

function numberFrom(name: string, fallback: number): number {
  const value = Number(process.env[name] ?? fallback);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a whole number above 0`);
  return value;
}
