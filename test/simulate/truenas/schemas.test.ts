import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { CallLog } from '../../../src/simulate/call-log.ts';
import type { Release } from '../../../src/simulate/estate.ts';
import { FaultInjector } from '../../../src/simulate/faults.ts';
import { isOffered, methods } from '../../../src/simulate/truenas/methods.ts';
import { Nas } from '../../../src/simulate/truenas/nas.ts';
import { releases } from '../../../src/simulate/truenas/release.ts';
import { startTrueNas } from '../../../src/simulate/truenas/server.ts';
import { openRpc } from '../../support/json-rpc-client.ts';
import { adminKey, makeNasState, scanKey } from '../../support/nas-state.ts';

const folder = new URL('../../../fixtures/schemas/', import.meta.url);
const now = new Date('2026-11-23T02:00:00Z');

/** How many answers of each release have an official schema and must be seen to fit it. */
const expected: Readonly<Record<Release, number>> = {
  'core-13': 16,
  '22.12': 17,
  '24.10': 17,
  '25.04': 27,
  '25.10': 35,
  '26': 37,
};

/** Calls with the richest answers: everything that is only sent when asked for. */
const params: Readonly<Record<string, readonly unknown[]>> = {
  'zfs.resource.query': [
    {
      paths: ['tank', 'flash'],
      get_children: true,
      get_user_properties: true,
      get_source: true,
      properties: ['used', 'guid', 'volsize', 'refquota', 'origin'],
    },
  ],
  'zfs.resource.snapshot.query': [
    {
      paths: ['tank', 'flash'],
      recursive: true,
      get_holds: true,
      get_user_properties: true,
      properties: ['creation', 'used', 'referenced'],
    },
  ],
  'zfs.resource.snapshot.count': [{ paths: ['tank'], recursive: true }],
  'pool.snapshot.query': [
    [],
    { extra: { properties: ['creation', 'used', 'referenced'], holds: true, retention: true } },
  ],
};

describe('[U] simulate/truenas answers fit the schema of their release', () => {
  for (const release of releases) {
    it(`${release}: ${expected[release]} methods`, () => {
      const nas = new Nas(makeNasState({ release }), () => now);
      const [user] = nas.state.users;
      assert.ok(user);
      const seen: string[] = [];

      for (const method of methods.filter((candidate) => isOffered(candidate, release))) {
        const validate = schemaOf(release, method.name);
        if (validate === undefined) continue;
        const answer = overTheWire(nas.call(method.name, params[method.name] ?? [], { user, byKey: true }));
        assert.ok(validate(answer), `${method.name}: ${JSON.stringify(validate.errors?.slice(0, 3), null, 1)}`);
        if (Array.isArray(answer)) assert.notEqual(answer.length, 0, `${method.name} answered an empty list`);
        seen.push(method.name);
      }

      assert.equal(seen.length, expected[release], seen.join(' '));
    });
  }

  it('has a schema in fixtures for every method that TrueNAS publishes one for', () => {
    const named = new Set(methods.map(({ name }) => name));
    const unused = releases.flatMap((release) =>
      readdirSync(new URL(`${release}/`, folder))
        .map((file) => file.replace('.schema.json', ''))
        .filter((name) => !named.has(name) && !name.startsWith('auth.login')),
    );

    assert.deepEqual(unused, []);
  });

  it('offline pools and pools that were never scrubbed fit too', () => {
    for (const release of releases) {
      const state = makeNasState({ release });
      const offline = state.pools.map((pool) => ({ ...pool, status: 'OFFLINE' as const }));
      const nas = new Nas({ ...state, pools: offline }, () => now);
      const validate = schemaOf(release, 'pool.query');
      const answer = overTheWire(
        nas.call('pool.query', [], { user: { username: 'a', roles: ['FULL_ADMIN'] }, byKey: true }),
      );
      assert.ok(validate?.(answer), `${release}: ${JSON.stringify(validate?.errors?.slice(0, 3))}`);
    }
  });
});

describe('[I] simulate/truenas logins fit the schema of their release', () => {
  for (const release of releases.slice(3)) {
    it(release, async () => {
      const nas = await startTrueNas(makeNasState({ release }), {
        now,
        log: new CallLog(),
        faults: new FaultInjector(),
      });
      try {
        const client = await openRpc(nas);
        const tries: readonly (readonly [string, unknown])[] = [
          ['auth.login_ex', { mechanism: 'API_KEY_PLAIN', username: 'k8s-scan', api_key: scanKey }],
          ['auth.login_ex', { mechanism: 'API_KEY_PLAIN', username: 'k8s-scan', api_key: 'wrong' }],
          ['auth.login_with_api_key', adminKey],
        ];
        for (const [method, argument] of tries) {
          const validate = schemaOf(release, method);
          const result = await client.result(method, argument);
          assert.ok(validate?.(result), `${method}: ${JSON.stringify(validate?.errors?.slice(0, 3))}`);
        }
        const invalid = await client.call('pool.query', [], { limit: 'many' });
        const error = new Ajv2020({ strict: false }).compile(readJson('common/error.jsonrpc.schema.json'));
        assert.ok(error(invalid), JSON.stringify(error.errors?.slice(0, 3)));
        client.close();
      } finally {
        await nas.close();
      }
    });
  }
});

function schemaOf(release: Release, method: string): ValidateFunction | undefined {
  const path = `${release}/${method}.schema.json`;
  if (!existsSync(new URL(path, folder))) return undefined;
  return new Ajv2020({ strict: false, allErrors: true }).compile(readJson(path));
}

function readJson(path: string): object {
  return JSON.parse(readFileSync(new URL(path, folder), 'utf8')) as object;
}

function overTheWire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
