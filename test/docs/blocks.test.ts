import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { demoEstate } from '../../fixtures/estates/demo/demo.ts';
import { type EstateServers, startEstateServers } from '../../src/cli/demo/estate-servers.ts';
import type { CliIo } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/program.ts';
import { openDuck } from '../../src/history/duck.ts';
import { wirePorts } from '../../src/run/wire.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';
import { type Block, commandsOf, isAsShown, readBlocks, root } from './blocks.ts';
import { fitForLoading } from './loadable.ts';
import { faultOf } from './program.ts';

const blocks = readBlocks();
const inLanguage = (...languages: readonly string[]) => blocks.filter(({ language }) => languages.includes(language));
const at = ({ file, line }: Block) => `${file}:${line}`;

describe('[U] docs/blocks', function docsSuite() {
  this.timeout(300_000);
  const scratch = useTemporaryFolder();
  const home = process.cwd();
  let servers: EstateServers;

  before(async () => {
    servers = await startEstateServers(demoEstate(), { output: { formats: ['html', 'json'] } });
    process.chdir(servers.folder);
    assert.equal((await run('strandline scan --config strandline.yaml --out out')).code, 0);
    await run('strandline collect --config strandline.yaml --out inventory.json');
    copyFileSync('out/result.json', 'out/old.json');
    copyFileSync('out/result.json', 'result.json');
  });

  after(async () => {
    process.chdir(home);
    await servers?.close();
  });

  it('every block has a language, and one that is not run says why', () => {
    const known = ['sh', 'console', 'yaml', 'json', 'text', 'sql duckdb', ''];
    const wrong = blocks.filter(({ language, notRun }) => notRun === undefined && !known.includes(language));

    assert.ok(blocks.length >= 25, `only ${blocks.length} blocks`);
    assert.deepEqual(wrong.map(at), []);
  });

  it('every command runs as shown, or its block says why no test runs it', async () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const objections: string[] = [];
    const shown = new Set(
      inLanguage('console')
        .flatMap(commandsOf)
        .map(({ line }) => withoutPdf(line)),
    );
    const done = new Set<string>();
    let marked = 0;
    let named = 0;
    for (const block of inLanguage('sh', 'console')) {
      for (const { line, output } of commandsOf(block)) {
        const [, script] = /^npm (?:run )?(?:--silent )?([a-z:]+)/.exec(line) ?? [];
        const fault = line.startsWith('strandline ') ? faultOf(line.slice('strandline '.length)) : undefined;
        if (fault !== undefined) objections.push(`${at(block)}: ${fault}`);
        else if (script !== undefined) {
          named += 1;
          if (!(script in scripts) && !['pack', 'ci'].includes(script))
            objections.push(`${at(block)}: no script ${script}`);
        } else if (block.notRun !== undefined) marked += 1;
        else if (!line.startsWith('strandline ')) objections.push(`${at(block)}: ${line}: is neither run nor marked`);
        else if (output !== undefined || !(done.has(line) || shown.has(withoutPdf(line)))) {
          done.add(line);
          const { code, stdout, log } = await run(line);
          if (![0, 3, 10].includes(code)) objections.push(`${at(block)}: ${line}: exit ${code}: ${log}`);
          if (output !== undefined && !isAsShown(stdout, output)) objections.push(`${at(block)}: prints\n${stdout}`);
        }
      }
    }
    process.stdout.write(`      ${done.size} commands ran, ${named} scripts exist, ${marked} marked as not run\n`);
    assert.deepEqual(objections, []);
    assert.ok(done.size >= 15, `only ${done.size} commands ran`);
  });

  it('an output is as shown line by line, … for any text, and alone on a line for any lines', () => {
    const shown = ['NAME  AGE', '…', 'one  …', 'end'];

    assert.equal(isAsShown('NAME  AGE\none  5m\nend\n', shown), true);
    assert.equal(isAsShown('NAME  AGE\nzero  9m\n\none  5m\nend\n', shown), true);
    assert.equal(isAsShown('NAME  AGE\none  5m\nend\nmore\n', shown), false);
    assert.equal(isAsShown('NAME  AGE\none  5m\nend!\n', shown), false);
    assert.equal(isAsShown('', []), true);
    assert.equal(isAsShown('anything\n', []), false);
  });

  it('every configuration loads', () => {
    const configs = inLanguage('yaml').filter(({ text }) => !('apiVersion' in (parse(text) as object)));
    for (const block of configs) {
      const whole = parse(block.text) as Readonly<Record<string, unknown>>;
      // Values of the chart hold a config.
      const fragment = block.savedAs?.endsWith('values.yaml') ? (whole['config'] as typeof whole) : whole;
      assert.doesNotThrow(() => fitForLoading(fragment, scratch.path), at(block));
    }
    process.stdout.write(`      ${configs.length} configurations loaded\n`);
    assert.ok(configs.length >= 3, `only ${configs.length} configurations`);
  });

  it('every query of DuckDB answers over a history that a scan wrote', async () => {
    const duck = await openDuck({ memoryLimit: '256MB', temporary: scratch.path });
    const queries = inLanguage('sql duckdb');
    try {
      for (const block of queries) {
        const rows = await duck.query(block.text);
        assert.ok(rows.length > 0, `${at(block)}: no row`);
      }
    } finally {
      duck.close();
    }
    process.stdout.write(`      ${queries.length} queries answered\n`);
    assert.ok(queries.length >= 3);
  });

  async function run(line: string): Promise<{ code: number; stdout: string; log: string }> {
    const out: string[] = [];
    const log: string[] = [];
    const io: CliIo = {
      env: { HOME: servers.folder },
      cwd: servers.folder,
      stdout: { write: (text) => void out.push(text), isTerminal: false },
      stderr: { write: (text) => void log.push(text), isTerminal: false },
      now: servers.now,
      signal: new AbortController().signal,
      signalNumber: () => undefined,
      loadPorts: async () => wirePorts({ retry: { retries: 1, baseMs: 10 } }),
    };
    const words = line.split(/\s+/).slice(1);
    const isDrawn = /^(?:demo|report)$/.test(words[0] ?? '') && !words.includes('--no-pdf');
    const code = await runCli(isDrawn ? [...words, '--no-pdf'] : words, io);
    return { code, stdout: out.join(''), log: log.join('') };
  }
});

/** Drawing a PDF takes long, and has tests of its own. */
function withoutPdf(line: string): string {
  return line.replace(' --no-pdf', '');
}
