import assert from 'node:assert/strict';
import { chmodSync, utimesSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { answerReferences } from '../../src/config/secret-file.ts';
import { SourceError } from '../../src/errors.ts';
import { Secret } from '../../src/util/secret.ts';
import { makeHealthyEstate } from '../support/healthy-estate.ts';
import { makeResult } from '../support/make-result.ts';
import { runCommand } from '../support/run-command.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';
import { validateEstate } from '../support/validate-estate.ts';

describe('[U] cli/commands/credentials', () => {
  const folder = useTemporaryFolder();
  const config = folder.file('strandline.yaml');
  const secrets = ['17-secretOfTheNas', 'secretOfTheMail'];

  before(() => {
    writeFileSync(folder.file('key'), secrets[0] ?? '', { mode: 0o644 });
    chmodSync(folder.file('key'), 0o644);
    utimesSync(folder.file('key'), new Date('2026-11-13T05:00:00Z'), new Date('2026-11-13T05:00:00Z'));
    writeFileSync(folder.file('kubeconfig'), '{}', { mode: 0o600 });
    writeFileSync(
      config,
      stringify({
        clusters: [{ name: 'prod', kubeconfig: 'kubeconfig' }],
        nas: [
          { name: 'nas01', url: 'https://nas01', apiKeyFile: 'key' },
          { name: 'nas02', url: 'https://nas02', apiKeyFile: 'vault:nas02#key' },
        ],
        email: { host: 'mail', username: 'u', password: '${MAIL}', from: 'a@b', recipients: [{ to: 'c@d' }] },
        vault: { url: 'https://vault', auth: { method: 'token', token: '${MAIL}' } },
      }),
    );
  });

  const run = (more: readonly string[], isFullAdmin: boolean, isSealed = false) => {
    const { inventory, ...rest } = makeHealthyEstate();
    const [nas] = inventory.nases;
    const sealed = async () => {
      throw new SourceError('unreachable', 'vault: nas02: it is sealed');
    };
    const reader = {
      read: isSealed ? sealed : async () => new Secret('18-inVault'),
      writtenAt: isSealed ? sealed : async () => '2026-11-03T05:00:00Z',
    };
    if (nas?.sections.account.ok) Object.assign(nas.sections.account.items[0] ?? {}, { isFullAdmin });
    const validation = validateEstate({ inventory, ...rest });
    return runCommand({
      argv: ['credentials', 'check', '--config', config, ...more],
      env: { MAIL: secrets[1] ?? '' },
      ports: {
        collect: async () => inventory,
        openSecretStores: async () => {
          const stop = answerReferences('vault', reader);
          return async () => stop();
        },
        replay: async () => ({ result: makeResult({ validation }), problems: [] }),
      },
    });
  };

  it('says of each where it comes from and how old it is, and shows none', async () => {
    const { stdout, stderr, code } = await run(['-o', 'json'], false);
    const { credentials } = JSON.parse(stdout) as { credentials: Record<string, unknown>[] };

    assert.equal(code, 0, stderr);
    assert.deepEqual(
      credentials.map(({ name, from }) => [name, from]),
      [
        ['clusters prod', 'kubeconfig'],
        ['nas nas01 apiKeyFile', 'file'],
        ['nas nas02 apiKeyFile', 'vault'],
        ['email password', 'config or environment'],
        ['vault auth token', 'config or environment'],
      ],
    );
    assert.equal(credentials[1]?.['writtenAt'], '2026-11-13T05:00:00.000Z');
    assert.equal(credentials[2]?.['writtenAt'], '2026-11-03T05:00:00Z');
    assert.equal(credentials[1]?.['isReadableByAll'], true);
    for (const secret of secrets) assert.ok(!`${stdout}${stderr}`.includes(secret));
  });

  it('says when one could do more than needed', async () => {
    const harmless = await run([], false);
    assert.match(harmless.stdout, /none beyond what is needed/);
    assert.match(harmless.stdout, /10 d/);

    const wide = await run([], true);
    assert.match(wide.stdout, /nas\/nas01: User .*FULL_ADMIN/);
    assert.match(wide.stdout, /nas nas01 apiKeyFile .* everything +YES/);
  });

  it('says of a store that does not answer why, and ends as incomplete', async () => {
    const { code, stdout } = await run([], false, true);
    assert.equal(code, 3);
    assert.match(stdout, /nas nas02 apiKeyFile: cannot be read: vault: nas02: it is sealed/);
  });
});
