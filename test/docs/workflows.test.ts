import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './blocks.ts';

interface Workflow {
  readonly permissions?: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly strategy?: { readonly matrix?: { readonly include?: readonly { readonly suite?: string }[] } };
  readonly steps?: readonly { readonly run?: string }[];
  readonly needs?: string | readonly string[];
  readonly 'timeout-minutes'?: unknown;
}

/** Workflows cannot run here: what they name must at least be there. */
describe('[U] .github/workflows', () => {
  const files = globSync('.github/workflows/*.yml', { cwd: root });
  const workflows = files.map((file) => ({ file, ...(parse(readFileSync(join(root, file), 'utf8')) as Workflow) }));
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };

  it('every npm script that a step runs exists', () => {
    const named = workflows.flatMap(({ file, jobs }) =>
      Object.values(jobs).flatMap(({ steps = [], strategy }) => {
        const suites = (strategy?.matrix?.include ?? []).flatMap(({ suite }) => suite ?? []);
        return steps.flatMap(({ run = '' }) =>
          [...run.matchAll(/npm (?:run )?(?:--silent )?([a-z]+(?::[a-z0-9]+)*(?::\$\{\{ matrix\.suite \}\})?)/g)]
            .map(([, name = '']) => name)
            .filter((name) => !['ci', 'pack', 'publish', 'install', 'audit', 'sbom'].includes(name))
            .flatMap((name) => (name.endsWith('}}') ? suites.map((suite) => `test:${suite}`) : [name]))
            .map((name) => ({ file, name })),
        );
      }),
    );

    assert.ok(named.length >= 6, `only ${named.length}`);
    assert.deepEqual(
      named.filter(({ name }) => !(name in scripts)),
      [],
    );
  });

  it('every suite of .ci/run has a job', () => {
    const suites = [...readFileSync(join(root, '.ci/run'), 'utf8').matchAll(/^suite '([^']+)'/gm)].map(
      ([, name]) => name,
    );
    const matrix =
      workflows.find(({ file }) => file.endsWith('/ci.yml'))?.jobs['suites']?.strategy?.matrix?.include ?? [];
    const covered = ['unit', ...matrix.map(({ suite }) => suite)];

    assert.ok(suites.length >= 4, suites.join());
    assert.deepEqual(
      suites.filter((suite) => !covered.includes(suite)),
      [],
    );
  });

  it('the gate waits for every other job', () => {
    const ci = workflows.find(({ file }) => file.endsWith('/ci.yml'));
    const jobs = Object.keys(ci?.jobs ?? {}).filter((name) => name !== 'passed');

    assert.deepEqual([...(ci?.jobs['passed']?.needs ?? [])].sort(), jobs.sort());
  });

  it('no workflow has more rights than it says, or runs for ever', () => {
    for (const { file, permissions, jobs } of workflows) {
      assert.ok(permissions !== undefined, `${file}: no permissions`);
      for (const [name, job] of Object.entries(jobs))
        assert.ok(job['timeout-minutes'] !== undefined, `${file}: ${name}`);
    }
  });
});
