import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RotationReport } from '../../src/model/rotation.ts';
import { adminKey, scanKey } from '../support/nas-state.ts';
import {
  type BenchOptions,
  openRotationBench,
  ourUsers,
  type RotationBench,
  rotationKey,
} from '../support/rotation-bench.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const hourMs = 3_600_000;
const stores = ['kubernetes', 'vault'] as const;

/** Whole command lines against a NAS, an API server and a Vault on loopback. */
describe('[I] rotation', () => {
  const folder = useTemporaryFolder();
  const benches: RotationBench[] = [];

  afterEach(async () => {
    for (const bench of benches.splice(0)) await bench.close();
  });

  async function open(options: Partial<BenchOptions> = {}): Promise<RotationBench> {
    const bench = await openRotationBench({ store: 'kubernetes', file: folder.file, ...options });
    benches.push(bench);
    return bench;
  }

  async function rotate(on: RotationBench, ...argv: readonly string[]) {
    const { code, stdout, stderr } = await on.run(['-o', 'json', ...argv]);
    const { keys } = JSON.parse(stdout || '{"keys":[]}') as { keys: readonly RotationReport[] };
    return { code, report: keys[0], text: `${stdout}\n${stderr}` };
  }

  const stepsOf = (report: RotationReport | undefined) =>
    report?.steps.map(({ what, status }) => `${what} ${status}`) ?? [];

  for (const store of stores) {
    describe(`with the key in ${store}`, () => {
      it('changes nothing without --apply, and says what it would do', async () => {
        const on = await open({ store });
        const { code, report } = await rotate(on);

        assert.equal(code, 0);
        assert.equal(report?.outcome, 'due');
        assert.deepEqual(stepsOf(report), [
          'create planned',
          'prove planned',
          'store planned',
          'readBack planned',
          'delete planned',
        ]);
        assert.deepEqual([await on.stored(), on.keyIds()], [scanKey, [17]]);
        const writes = on.nas.log.records.filter(({ call }) => /create|delete/.test(call));
        assert.deepEqual(writes, []);
        assert.equal(on.vault.calls.filter((call) => call.startsWith('POST')).length, 0);
      });

      it('makes, proves, stores, reads back, and only then deletes', async () => {
        const on = await open({ store });
        const { code, report, text } = await rotate(on, '--apply');

        assert.equal(code, 0, text);
        assert.equal(report?.outcome, 'rotated');
        assert.deepEqual(stepsOf(report), ['create done', 'prove done', 'store done', 'readBack done', 'delete done']);
        const key = await on.stored();
        assert.ok(on.lets(key) && !on.lets(scanKey));
        assert.equal(on.keyIds().length, 1);
        for (const secret of [key, scanKey, rotationKey]) assert.ok(!text.includes(secret.slice(3)));
      });

      it('keeps every other field of the secret', async () => {
        const on = await open({ store });
        await rotate(on, '--apply');
        const other =
          store === 'vault'
            ? on.vault.secrets.get('strandline/nas01')?.['other']
            : (on.cluster.peek('/api/v1/namespaces/strandline/secrets/credentials') as { data: { other: string } }).data
                .other;
        assert.equal(other, store === 'vault' ? 'stays' : Buffer.from('stays').toString('base64'));
      });
    });
  }

  it('leaves a young key alone, unless told otherwise', async () => {
    const on = await open();
    await rotate(on, '--apply');
    const key = await on.stored();
    const again = await rotate(on, '--apply');
    assert.deepEqual([again.code, again.report?.outcome, await on.stored()], [0, 'notDue', key]);

    const forced = await rotate(on, '--apply', '--now');
    assert.equal(forced.report?.outcome, 'rotated');
    assert.notEqual(await on.stored(), key);
    assert.equal(on.keyIds().length, 1);
  });

  it('lets both keys live for the overlap, and a later run deletes the old one', async () => {
    const on = await open({ rotation: { overlap: '1h' } });
    const first = await rotate(on, '--apply');
    assert.deepEqual(stepsOf(first.report).at(-1), 'delete later');
    assert.ok(on.lets(scanKey) && on.lets(await on.stored()));

    on.at = new Date(on.at.getTime() + hourMs / 2);
    assert.deepEqual(stepsOf((await rotate(on, '--apply')).report), ['delete later']);
    on.at = new Date(on.at.getTime() + hourMs);
    assert.deepEqual(stepsOf((await rotate(on, '--apply')).report), ['delete done']);
    assert.ok(!on.lets(scanKey) && on.lets(await on.stored()));
  });

  it('forgets no key when a rotation comes before the overlap is over', async () => {
    const on = await open({ rotation: { overlap: '3h', after: '1h' } });
    await rotate(on, '--apply');
    on.at = new Date(on.at.getTime() + 2 * hourMs);
    const second = await rotate(on, '--apply');
    assert.deepEqual([second.report?.outcome, on.keyIds().length], ['notDue', 2]);
    assert.match(second.report?.because ?? '', /overlap/);

    const forced = await rotate(on, '--apply', '--now');
    assert.equal(forced.report?.outcome, 'rotated');
    assert.ok(!on.lets(scanKey), 'the oldest is gone');
    assert.equal(on.keyIds().length, 2);
  });

  it('gives the new key the lifetime of the config', async () => {
    const on = await open({ rotation: { lifetime: '90d' } });
    await rotate(on, '--apply');
    const [made] = on.nas.state.users[0]?.moreKeys ?? [];
    assert.equal(made?.expiresAt, '2027-02-22T02:00:00.000Z');
    assert.match(made?.name ?? '', /^strandline strandline\/nas01 replaces 17 \(/);
  });

  it('leaves a trace of every step in the audit log, without a key', async () => {
    const on = await open();
    await rotate(on, '--apply');
    const audit = join(on.historyDir, 'audit');
    const text = readdirSync(audit, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');
    const steps = [...text.matchAll(/"kind":"rotation","system":"nas\/nas01","step":"(\w+)","outcome":"done"/g)];
    assert.deepEqual(
      steps.map(([, step]) => step),
      ['create', 'prove', 'store', 'readBack', 'delete'],
    );
    assert.match(text, /"method":"api_key\.create"/);
    for (const secret of [await on.stored(), scanKey, rotationKey]) assert.ok(!text.includes(secret.slice(3)));
  });

  describe('refuses, and changes nothing', () => {
    const untouched = async (on: RotationBench, code: number, because: RegExp) => {
      const before = [await on.stored(), on.keyIds()];
      const ran = await rotate(on, '--apply');
      assert.equal(ran.code, code, ran.text);
      assert.match(ran.report?.because ?? ran.text, because);
      assert.deepEqual([await on.stored(), on.keyIds()], before);
      assert.ok(!on.nas.log.records.some(({ call, status }) => /create|delete/.test(call) && status === 'ok'));
    };

    it('a key in a file or in the environment, when config is loaded', async () => {
      await untouched(await open({ nas: { apiKeyFile: 'master' } }), 2, /rotation: needs store/);
    });

    it('a NAS that is not set up for it, naming why', async () => {
      await untouched(
        await open({ nas: { apiKeyFile: 'master', rotation: undefined } }),
        2,
        /nas01: its key is the file .*master, which cannot be written.*docs\/credentials\.md/s,
      );
    });

    it('a key that can do more than read: something else may need it', async () => {
      const users = [{ username: 'k8s-scan', apiKey: scanKey, roles: ['FULL_ADMIN'] }, ...ourUsers.slice(1)];
      await untouched(await open({ users }), 3, /can do more than read \(FULL_ADMIN\)/);
    });

    it('the very key that manages keys', async () => {
      const users = [{ username: 'k8s-scan', apiKey: scanKey, roles: ['READONLY_ADMIN', 'API_KEY_WRITE'] }];
      const on = await open({ users, rotation: { apiKeyFile: 'vault:strandline/nas01#apiKey', username: 'k8s-scan' } });
      await untouched(on, 3, /the one that manages keys/);
    });

    it('a stored key that the NAS does not know', async () => {
      const users = [{ username: 'k8s-scan', apiKey: adminKey, roles: ['READONLY_ADMIN'] }, ...ourUsers.slice(1)];
      await untouched(await open({ users }), 3, /none that this NAS knows/);
    });

    it('a NAS that is too old: its keys belong to nobody', async () => {
      const on = await open();
      on.nas.setState({ ...on.nas.state, release: '24.10' });
      await untouched(on, 3, /24\.10.* its keys belong to nobody/);
    });

    it('a rotation key that may not manage keys of others', async () => {
      const users = [ourUsers[0] ?? assert.fail(), { ...(ourUsers[1] ?? assert.fail()), roles: ['READONLY_ADMIN'] }];
      const on = await open({ users });
      await untouched(on, 3, /api_key\.create/);
      assert.match((await on.run()).stdout, /the role API_KEY_WRITE/);
    });
  });

  it('replaces a key that has expired', async () => {
    const users = [
      { ...(ourUsers[0] ?? assert.fail()), apiKeyExpiresAt: '2026-11-20T00:00:00Z' },
      ...ourUsers.slice(1),
    ];
    const on = await open({ users });
    const { report, text } = await rotate(on, '--apply');
    assert.equal(report?.outcome, 'rotated', text);
    assert.ok(on.lets(await on.stored()));
    assert.equal(on.keyIds().length, 1);
  });

  it('takes the new key back when the store refuses it', async () => {
    const on = await open({ store: 'vault' });
    on.vault.isReadOnly = true;
    const { code, report } = await rotate(on, '--apply');
    assert.deepEqual([code, report?.outcome], [3, 'failed']);
    assert.deepEqual(stepsOf(report), ['create done', 'prove done', 'store failed', 'delete done']);
    assert.deepEqual([await on.stored(), on.keyIds()], [scanKey, [17]]);

    const secrets = await open();
    secrets.cluster.setRights([{ group: '', resource: 'secrets', verbs: ['get'] }]);
    assert.deepEqual(stepsOf((await rotate(secrets, '--apply')).report).slice(-2), ['store failed', 'delete done']);
    assert.deepEqual([await secrets.stored(), secrets.keyIds()], [scanKey, [17]]);
  });

  it('takes the new key back when it does not log in', async () => {
    const on = await open();
    on.nas.faults.set([{ system: 'nas/nas01', call: 'api_key.create', kind: 'latency', delayMs: 200 }]);
    const running = rotate(on, '--apply');
    await waitFor(() => on.nas.faults.firedCount() > 0);
    on.nas.faults.set([{ system: 'nas/nas01', call: 'auth.login_ex', kind: 'unauthorized' }]);
    const { code, report } = await running;
    assert.equal(code, 3);
    assert.deepEqual(stepsOf(report), ['create done', 'prove failed', 'delete done']);
    assert.deepEqual([await on.stored(), on.keyIds()], [scanKey, [17]]);
  });

  it('follows up a creation whose answer was lost: a key that nobody can read is deleted', async () => {
    const on = await open();
    on.nas.faults.set([{ system: 'nas/nas01', call: 'api_key.create', kind: 'cut', times: 1 }]);
    const { code, report } = await rotate(on, '--apply');
    assert.equal(code, 3);
    assert.deepEqual(stepsOf(report), ['create failed', 'delete done']);
    assert.equal(on.nas.log.records.filter(({ call }) => call === 'api_key.create').length, 1, 'never sent twice');
    assert.deepEqual([await on.stored(), on.keyIds()], [scanKey, [17]]);
  });

  it('looks up a write whose answer was lost, and goes on when it took place', async () => {
    const on = await open({ store: 'vault' });
    on.vault.losesNextAnswer = true;
    const { report } = await rotate(on, '--apply');
    assert.equal(report?.outcome, 'rotated');
    assert.equal(on.keyIds().length, 1);

    const secrets = await open();
    const path = '/api/v1/namespaces/strandline/secrets/credentials';
    secrets.cluster.faults.set([{ system: 'cluster/prod', call: path, kind: 'cut', times: 1 }]);
    assert.equal((await rotate(secrets, '--apply')).report?.outcome, 'rotated', 'a cut read is repeated');
  });

  it('writes over no one else: a version that moved on is read again', async () => {
    const on = await open({ store: 'vault' });
    on.nas.faults.set([{ system: 'nas/nas01', call: 'api_key.create', kind: 'latency', delayMs: 300 }]);
    const running = rotate(on, '--apply');
    await waitFor(() => on.nas.faults.firedCount() > 0);
    on.vault.secrets.set('strandline/nas01', { apiKey: scanKey, other: 'changed' });
    on.vault.versions.set('strandline/nas01', 7);
    const { report } = await running;
    assert.equal(report?.outcome, 'rotated');
    assert.equal(on.vault.secrets.get('strandline/nas01')?.['other'], 'changed');
  });

  it('gives way to somebody else who stored another key meanwhile', async () => {
    const on = await open({ store: 'vault' });
    on.nas.faults.set([{ system: 'nas/nas01', call: 'api_key.create', kind: 'latency', delayMs: 300 }]);
    const running = rotate(on, '--apply');
    await waitFor(() => on.nas.faults.firedCount() > 0);
    on.vault.secrets.set('strandline/nas01', { apiKey: '99-ofSomebodyElse' });
    on.vault.versions.set('strandline/nas01', 7);
    const { code, report } = await running;
    assert.equal(code, 3);
    assert.match(report?.because ?? '', /changed by somebody else/);
    assert.equal(await on.stored(), '99-ofSomebodyElse');
    assert.deepEqual(on.keyIds(), [17], 'its own new key was taken back, the old one was kept');
  });

  it('takes back the successor of an expired key whose account can do more than read', async () => {
    const wide = {
      username: 'k8s-scan',
      apiKey: scanKey,
      apiKeyExpiresAt: '2026-11-20T00:00:00Z',
      roles: ['FULL_ADMIN'],
    };
    const on = await open({ users: [wide, ...ourUsers.slice(1)] });
    const { code, report } = await rotate(on, '--apply');
    assert.deepEqual([code, stepsOf(report)], [3, ['create done', 'prove failed', 'delete done']]);
    assert.match(report?.because ?? '', /can do more than read/);
    assert.deepEqual([await on.stored(), on.keyIds()], [scanKey, [17]]);
  });

  it('two installations of the same name, with one account, leave each other alone', async () => {
    const ours = await open({ store: 'vault', rotation: { overlap: '4h' } });
    await rotate(ours, '--apply');
    const [key] = ours.nas.state.users[0]?.moreKeys ?? [];
    const [, identity = ''] = /store (\w{8})\)$/.exec(key?.name ?? '') ?? [];
    const theirs = {
      key: '50-theirs',
      name: (key?.name ?? '').replace(identity, 'ffffffff'),
      createdAt: '2026-11-24T02:00:00Z',
    };
    const users = ours.nas.state.users.map((user, index) =>
      index === 0 ? { ...user, moreKeys: [...(user.moreKeys ?? []), theirs] } : user,
    );
    ours.nas.setState({ ...ours.nas.state, users });
    ours.at = new Date(ours.at.getTime() + 2 * hourMs);
    const { report } = await rotate(ours, '--apply', '--now');
    assert.equal(report?.outcome, 'rotated');
    assert.ok(ours.lets('50-theirs') && ours.lets(await ours.stored()));
  });

  it('never touches keys of the account that are not part of a rotation, and names them', async () => {
    const moreKeys = [{ key: '20-byHand', name: 'made by hand', createdAt: '2026-01-01T00:00:00Z' }];
    const users = [{ ...(ourUsers[0] ?? assert.fail()), moreKeys }, ...ourUsers.slice(1)];
    const on = await open({ users });
    const { stdout } = await on.run(['--apply']);
    assert.match(stdout, /not touched: 20 "made by hand"/);
    assert.ok(on.lets('20-byHand'));
    assert.equal(on.keyIds().length, 2);
  });
});

async function waitFor(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; !isTrue(); tries += 1) {
    assert.ok(tries < 4000, 'waited 20 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
