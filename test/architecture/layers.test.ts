import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');

interface Law {
  /** Layers of ours that it may import besides itself. */
  readonly imports: readonly string[];
  /** npm packages; undefined = any. */
  readonly packages?: readonly string[];
  /** Pure: no `node:*`, no clock, no process, no network, no console. */
  readonly isPure?: boolean;
}

const pure: Law = { imports: ['model', 'util', 'errors'], packages: ['date-fns', 'zod'], isPure: true };

/** Who may import whom. A layer is a folder of src, or a file directly in it. */
const laws: Readonly<Record<string, Law>> = {
  errors: { imports: ['model'], packages: [] },
  util: { imports: ['model', 'errors'] },
  model: { imports: ['util', 'errors'], packages: ['zod'] },
  log: { imports: ['model', 'util', 'errors'], packages: ['pino', 'pino-pretty'] },
  'package-facts': { imports: [], packages: [] },
  correlate: pure,
  orphans: pure,
  usage: pure,
  findings: pure,
  // quickselect computes and does nothing else.
  trends: { ...pure, packages: ['date-fns', 'zod', 'quickselect'] },
  recommendations: pure,
  validation: pure,
  plan: pure,
  explain: pure,
  config: { imports: ['model', 'util', 'errors'], packages: ['zod', 'yaml', 'croner'] },
  collect: { imports: ['model', 'util', 'errors'] },
  history: { imports: ['model', 'util', 'errors'] },
  report: { imports: ['model', 'util', 'errors'] },
  vault: { imports: ['model', 'util', 'errors'], packages: ['zod'] },
  // The one stage that changes something: API keys of our own.
  rotation: { imports: ['model', 'util', 'errors'], packages: ['zod'] },
  audit: { imports: ['model', 'util', 'errors'], packages: [] },
  // A sink takes its own section of config and reads its own secret files.
  deliver: { imports: ['config', 'model', 'util', 'errors'] },
  run: {
    imports: [
      ...[
        'model',
        'util',
        'errors',
        'log',
        'package-facts',
        'config',
        'collect',
        'history',
        'report',
        'deliver',
        'audit',
        'vault',
        'rotation',
      ],
      ...['correlate', 'orphans', 'findings', 'usage', 'trends', 'recommendations', 'validation', 'explain'],
    ],
  },
  telemetry: { imports: ['config', 'model', 'util', 'errors'] },
  server: { imports: ['telemetry', 'run', 'config', 'model', 'util', 'errors', 'log', 'package-facts'] },
  cli: {
    imports: [
      'telemetry',
      'run',
      'config',
      'model',
      'util',
      'errors',
      'log',
      'package-facts',
      'simulate',
      'fixtures',
      'server',
      'plan',
      'explain',
    ],
  },
  simulate: { imports: ['util'] },
  main: { imports: ['cli', 'run', 'log'], packages: [] },
};

/** The parts of a layer that must stay pure although the rest of it does I/O. */
const pureParts = [
  /^src\/report\/view\//,
  /^src\/report\/view-model\.ts$/,
  /^src\/report\/charts\//,
  /\/build[^/]*\.ts$/,
];

/** Files that hold nothing but shapes others code against: their types may be named beyond the table. */
const ports = ['src/run/ports.ts', 'src/run/service-ports.ts', 'src/history/object-store.ts'];

/** Where concrete clients, stores and sinks are named. */
const wires = ['fleet', 'fleet-worker', 'service', 'audit', 'vault', 'secrets', 'rotation']
  .map((name) => `src/run/wire-${name}.ts`)
  .concat('src/run/wire.ts');

const impurities: readonly (readonly [string, RegExp])[] = [
  ['node:*', /from 'node:/],
  ['process', /\bprocess\./],
  ['the clock', /\bDate\.now\(|\bnew Date\(\)|\bperformance\./],
  ['chance', /\bMath\.random\(|\brandomUUID\(/],
  ['the network', /\bfetch\(/],
  ['the console', /\bconsole\./],
  ['a logger', /\/logger\.ts'/],
];

interface Import {
  readonly file: string;
  /** Path from the repository's root, or a package name. */
  readonly target: string;
  readonly isOurs: boolean;
  readonly isTypeOnly: boolean;
}

describe('[U] architecture/layers', () => {
  const files = globSync('src/**/*.ts', { cwd: root }).toSorted();
  const imports = files.flatMap(importsOf);

  it('looked at the whole source', () => {
    assert.ok(files.length > 200, `only ${files.length} files were seen`);
    assert.ok(imports.length > 600, `only ${imports.length} imports were seen`);
  });

  it('knows a law for every layer', () => {
    const layers = new Set(files.map(layerOf));

    assert.deepEqual(
      [...layers].filter((layer) => laws[layer] === undefined),
      [],
    );
  });

  it('imports only go where the law allows them', () => {
    const broken = imports
      .filter(({ isOurs, isTypeOnly, target }) => isOurs && !(isTypeOnly && ports.includes(target)))
      .filter(({ file, target }) => {
        const [from, to] = [layerOf(file), layerOf(target)];
        return from !== to && laws[from]?.imports.includes(to) !== true;
      });

    assert.deepEqual(broken.map(toLine), []);
  });

  it('the files of ports hold shapes only', () => {
    for (const port of ports) assert.doesNotMatch(codeOf(port), /^(export )?(function|const|class|let|async)\b/m, port);
  });

  it('only run/wire*.ts name concrete clients, stores and sinks', () => {
    const adapters = /^src\/(collect|history|deliver|audit|vault|rotation)\//;
    const broken = imports.filter(
      ({ file, target, isTypeOnly }) =>
        layerOf(file) === 'run' && !wires.includes(file) && adapters.test(target) && !isTypeOnly,
    );

    assert.deepEqual(broken.map(toLine), []);
  });

  it('only cli/demo and tests know the simulators and the fixtures', () => {
    const broken = imports.filter(
      ({ file, target }) =>
        /^(src\/simulate|fixtures)\//.test(target) &&
        !/^src\/(simulate\/|cli\/demo\/|cli\/commands\/demo\.ts$)/.test(file),
    );

    assert.deepEqual(broken.map(toLine), []);
  });

  it('packages are used only where the law allows them', () => {
    const broken = imports.filter(({ file, target, isOurs }) => {
      const packages = laws[layerOf(file)]?.packages;
      return !isOurs && !target.startsWith('node:') && packages !== undefined && !packages.includes(packageOf(target));
    });

    assert.deepEqual(broken.map(toLine), []);
  });

  it('pure stages ask no clock, no chance, no process, no network, and write no log', () => {
    const checked = files.filter(
      (file) => laws[layerOf(file)]?.isPure === true || pureParts.some((part) => part.test(file)),
    );
    const broken = checked.flatMap((file) => {
      const code = codeOf(file);
      return impurities.filter(([, pattern]) => pattern.test(code)).map(([what]) => `${file}: ${what}`);
    });

    assert.ok(checked.length > 60, `only ${checked.length} pure files were seen`);
    assert.deepEqual(broken, []);
  });

  it('ends the process only in main.ts', () => {
    const elsewhere = filesWith(/\bprocess\.exit\(/).filter((file) => file !== 'src/main.ts');

    assert.deepEqual(elsewhere, []);
  });

  it('prints to the console nowhere', () => {
    assert.deepEqual(filesWith(/\bconsole\./), []);
  });

  it('has no default export, and no folder of leftovers', () => {
    assert.deepEqual(filesWith(/^export default/m), []);
    assert.deepEqual(
      files.filter((file) => /\/(utils|helpers|common|manager|service)\.ts$/.test(file)),
      [],
    );
  });

  it('would notice a broken law', () => {
    const planted = parseImports(
      'src/orphans/planted.ts',
      "import { x } from '../usage/usage.ts';\nawait import('../cli/io.ts');",
    );

    assert.deepEqual(
      planted.map(({ target }) => layerOf(target)),
      ['usage', 'cli'],
    );
    assert.ok(planted.every(({ file, target }) => laws[layerOf(file)]?.imports.includes(layerOf(target)) === false));
  });

  function filesWith(pattern: RegExp): readonly string[] {
    return files.filter((file) => pattern.test(codeOf(file)));
  }
});

function importsOf(file: string): readonly Import[] {
  return parseImports(file, codeOf(file));
}

function parseImports(file: string, code: string): readonly Import[] {
  const found = [
    ...code.matchAll(
      /^(?:import|export)(\s+type)?\s(?:[^;'"]*?\sfrom\s)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm,
    ),
  ];
  return found.map(([, typeOnly, fixed, dynamic]) => {
    const target = fixed ?? dynamic ?? '';
    const isOurs = target.startsWith('.');
    return {
      file,
      target: isOurs ? relative(root, join(root, dirname(file), target)) : target,
      isOurs,
      isTypeOnly: typeOnly !== undefined,
    };
  });
}

/** The text without comments, so that a word in one breaks no law. */
function codeOf(file: string): string {
  return readFileSync(join(root, file), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '');
}

function layerOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'src' ? second.replace(/\.ts$/, '') : first;
}

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

function toLine({ file, target }: Import): string {
  return `${file} imports ${target}`;
}
