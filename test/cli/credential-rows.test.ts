import assert from 'node:assert/strict';
import { buildCredentialRows, type Learnt } from '../../src/cli/credential-rows.ts';
import type { ConfiguredCredential } from '../../src/config/list-credentials.ts';
import { makeHealthyEstate } from '../support/healthy-estate.ts';
import { read } from '../support/make-inventory.ts';

describe('[U] cli/credential-rows', () => {
  const key: ConfiguredCredential = { name: 'nas nas01 apiKeyFile', from: 'file', writtenAt: '2026-11-20T00:00:00Z' };
  const { inventory } = makeHealthyEstate();
  const [nas] = inventory.nases;
  const learnt: Learnt = { stores: new Map(), keyIds: new Map([['nas01', 17]]), inventory, rules: [] };

  function withKeys(...ids: readonly number[]): void {
    assert.ok(nas !== undefined);
    const items = ids.map((id) => ({
      ...{ id, name: `key ${id}`, createdAt: `2026-01-0${id % 10}T00:00:00Z`, expiresAt: '2027-01-01T00:00:00Z' },
    }));
    Object.assign(nas.sections, { apiKeys: read(items) });
  }

  it('takes age and expiry from the key in use, not from its file or from another key of the account', () => {
    withKeys(12, 17);
    const [row] = buildCredentialRows([key], learnt);
    assert.deepEqual([row?.writtenAt, row?.expiresAt], ['2026-01-07T00:00:00Z', '2027-01-01T00:00:00Z']);
  });

  it('knows no expiry when the NAS does not list the key', () => {
    withKeys(12);
    const [row] = buildCredentialRows([key], learnt);
    assert.deepEqual([row?.writtenAt, row?.expiresAt], ['2026-11-20T00:00:00Z', undefined]);
  });

  it('says nothing of rights that were not judged', () => {
    const [row] = buildCredentialRows([key], learnt);
    assert.equal(row?.isWider, undefined);
    const rows = buildCredentialRows([{ name: 'email password', from: 'config or environment' }], learnt);
    assert.deepEqual(rows, [{ name: 'email password', from: 'config or environment' }]);
  });
});
