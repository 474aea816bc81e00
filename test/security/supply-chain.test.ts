import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Licences {
  findForeignLicences(lock: object): readonly string[];
  isAllowed(expression: string): boolean;
}
interface Audit {
  findOpenAdvisories(report: object, exceptions: readonly object[], today: string): readonly string[];
}

describe('[U] security: supply chain', () => {
  let licences: Licences;
  let audit: Audit;
  before(async () => {
    const load = (file: string): Promise<unknown> => import(join(root, file));
    licences = (await load('.ci/licences.mjs')) as Licences;
    audit = (await load('.ci/audit.mjs')) as Audit;
  });

  it('ships nothing under a licence that may not be passed on', () => {
    assert.deepEqual(licences.findForeignLicences(JSON.parse(read('package-lock.json')) as object), []);
  });

  it('would notice a foreign licence and a missing one, but not in what does not ship', () => {
    const packages = {
      '': {},
      a: { license: 'AGPL-3.0' },
      b: {},
      c: { license: 'GPL-3.0', dev: true },
      d: { license: '(MIT OR GPL-3.0)' },
    };
    assert.deepEqual(licences.findForeignLicences({ packages }), ['a: AGPL-3.0', 'b: no licence']);
    assert.equal(licences.isAllowed('(MIT AND GPL-3.0)'), false);
  });

  it('the lock file holds a hash of every package', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { integrity?: string; link?: boolean }>;
    };
    const unlocked = Object.entries(packages).filter(
      ([path, { integrity }]) =>
        path !== '' && !path.startsWith('node_modules/node/node_modules') && integrity === undefined,
    );
    assert.ok(Object.keys(packages).length > 300);
    assert.deepEqual(
      unlocked.map(([path]) => path),
      [],
    );
  });

  it('holds a release back for an advisory, an expired exception, and an audit that was not given', () => {
    const report = {
      vulnerabilities: {
        x: { via: ['y', { url: 'https://github.com/advisories/GHSA-1', name: 'x', severity: 'high', title: 'bad' }] },
      },
    };
    const exception = { advisory: 'GHSA-1', reason: 'not reachable: only parses our own config', until: '2026-12-31' };

    assert.equal(audit.findOpenAdvisories({ vulnerabilities: {} }, [], '2026-11-24').length, 0);
    assert.equal(audit.findOpenAdvisories(report, [], '2026-11-24').length, 1);
    assert.equal(audit.findOpenAdvisories(report, [exception], '2026-11-24').length, 0);
    assert.match(audit.findOpenAdvisories(report, [exception], '2027-01-01')[0] ?? '', /expired/);
    assert.equal(audit.findOpenAdvisories(report, [{ ...exception, reason: '' }], '2026-11-24').length, 1);
    assert.match(audit.findOpenAdvisories({ error: { code: 'ENOAUDIT' } }, [], '2026-11-24')[0] ?? '', /no audit/);
  });

  for (const format of ['cyclonedx', 'spdx']) {
    it(`lists what ships in a ${format} SBOM, and nothing that does not`, () => {
      const args = ['sbom', '--sbom-format', format, '--omit', 'dev', '--package-lock-only'];
      const { stdout, status, stderr } = spawnSync('npm', args, {
        cwd: root,
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      });

      assert.equal(status, 0, stderr);
      const sbom = JSON.parse(stdout) as { components?: { name: string }[]; packages?: { name: string }[] };
      const names = (sbom.components ?? sbom.packages ?? []).map(({ name }) => name);
      assert.ok(names.includes('zod') && names.length > 100);
      assert.ok(!names.includes('mocha'));
      const missing = format === 'spdx' ? missingInSpdx(JSON.parse(stdout)) : missingInCycloneDx(JSON.parse(stdout));
      assert.deepEqual(missing, []);
    });
  }

  it('workflows give no job more than it names, and run nothing of others but by its commit', () => {
    const files = globSync('.github/workflows/*.yml', { cwd: root });
    assert.ok(files.length >= 2);
    for (const file of files) {
      const text = read(file);
      assert.deepEqual((parse(text) as { permissions: object }).permissions, { contents: 'read' }, file);
      const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action ?? '');
      assert.ok(uses.length > 0);
      for (const action of uses) assert.match(action, /@[0-9a-f]{40}$/, file);
      assert.doesNotMatch(text, /docker (?:run|pull)[^\n]*:latest/);
    }
  });
});

type Fields = Readonly<Record<string, unknown>>;

/** What the SPDX 2.3 schema requires of the document and of each package. */
function missingInSpdx(sbom: Fields & { readonly packages: readonly Fields[] }): readonly string[] {
  const document = ['spdxVersion', 'SPDXID', 'name', 'creationInfo', 'dataLicense', 'documentNamespace'];
  const ids = new Set(sbom.packages.map(({ SPDXID }) => SPDXID));
  return [
    ...document.filter((field) => sbom[field] === undefined),
    ...sbom.packages.flatMap((one) =>
      ['SPDXID', 'name', 'downloadLocation', 'versionInfo'].filter((field) => typeof one[field] !== 'string'),
    ),
    ...(ids.size === sbom.packages.length ? [] : ['a unique SPDXID']),
  ];
}

/** What the CycloneDX schema requires of the document and of each component, and the reference that relations use. */
function missingInCycloneDx(sbom: Fields & { readonly components: readonly Fields[] }): readonly string[] {
  return [
    ...(sbom['bomFormat'] === 'CycloneDX' ? [] : ['bomFormat']),
    ...['specVersion', 'version', 'serialNumber', 'metadata'].filter((field) => sbom[field] === undefined),
    ...sbom.components.flatMap((one) =>
      ['type', 'name', 'version', 'purl', 'bom-ref'].filter((field) => typeof one[field] !== 'string'),
    ),
  ];
}
