import assert from 'node:assert/strict';
import { type KubeApi, type Query, StatusError } from '../../../src/collect/kubernetes/api.ts';
import type { Json } from '../../../src/collect/kubernetes/item.ts';
import { listAll } from '../../../src/collect/kubernetes/list-all.ts';
import { persistentVolumes } from '../../../src/collect/kubernetes/sections/persistent-volumes.ts';
import { SourceError } from '../../../src/errors.ts';
import { makeVolume } from '../../support/cluster-state.ts';

const options = { pageSize: 2 };

describe('[U] collect/kubernetes/list-all', () => {
  it('follows continue tokens to the last page', async () => {
    const { api, queries } = fake([page(['a', 'b'], 't1', 1), page(['c'])]);

    const { items } = await listAll(api, persistentVolumes, options);

    assert.deepEqual(
      items.map(({ name }) => name),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(queries, [{ limit: '2' }, { limit: '2', continue: 't1' }]);
  });

  it('gives an empty list for an empty answer, also one with items null', async () => {
    assert.deepEqual((await listAll(fake([page([])]).api, persistentVolumes, options)).items, []);
    const withNull = fake([{ ...page([]), items: null }]).api;
    assert.deepEqual((await listAll(withNull, persistentVolumes, options)).items, []);
  });

  it('goes on after an empty page that has a token', async () => {
    const { api } = fake([page([], 't1'), page(['a'])]);

    assert.equal((await listAll(api, persistentVolumes, options)).items.length, 1);
  });

  it('starts once from the beginning when the list expired, and keeps nothing of the first try', async () => {
    const { api, queries } = fake([page(['a', 'b'], 't1', 1), gone(), page(['a', 'c'], 't2', 1), page(['d'])]);

    const { items } = await listAll(api, persistentVolumes, options);

    assert.deepEqual(
      items.map(({ name }) => name),
      ['a', 'c', 'd'],
    );
    assert.equal(queries[2]?.['continue'], undefined);
  });

  it('says gone when the list expires again', async () => {
    const { api } = fake([page(['a'], 't1'), gone(), page(['a'], 't2'), gone()]);

    await assert.rejects(listAll(api, persistentVolumes, options), { kind: 'gone' });
  });

  it('counts what could not be read, once per object', async () => {
    const { api } = fake([
      list([makeVolume('a', { capacity: { storage: 'much' } }), makeVolume('b', { capacity: { storage: {} } })]),
    ]);

    const { items, unreadable } = await listAll(api, persistentVolumes, options);

    assert.equal(items[0]?.capacityBytes, undefined);
    assert.deepEqual(unreadable, { 'spec.capacity.storage': 2 });
  });

  const broken: readonly (readonly [string, readonly Json[]])[] = [
    ['a page without metadata', [{ ...page(['a']), metadata: undefined }]],
    ['a page without items', [{ kind: 'PersistentVolumeList', metadata: { resourceVersion: '7' } }]],
    ['items that are no list', [{ ...page([]), items: {} }]],
    ['another kind of answer', [{ ...page(['a']), kind: 'PodList' }]],
    ['a Status with code 200', [{ kind: 'Status', metadata: {}, status: 'Failure' }]],
    ['a page without resourceVersion', [{ ...page(['a']), metadata: {} }]],
    ['a token that is no text', [{ ...page(['a']), metadata: { resourceVersion: '7', continue: 5 } }]],
    ['a last page that announces more', [page(['a'], '', 3)]],
    ['fewer objects than the first page announced', [page(['a', 'b'], 't1', 2), page(['c'])]],
    ['pages of different resourceVersions', [page(['a'], 't1'), page(['b'], '', 0, '8')]],
    ['the same token twice', [page(['a'], 't1'), page(['b'], 't1')]],
    ['an object that comes twice', [page(['a'], 't1'), page(['a'])]],
    ['an item that is no object', [{ ...page([]), items: ['a'] }]],
    ['an item without name', [list([{ metadata: { uid: 'u' } }])]],
    ['an item without uid', [list([{ metadata: { name: 'a' } }])]],
    ['a CSI volume without handle', [list([makeVolume('a', { csi: { driver: 'd' } })])]],
    ['a claimRef without name', [list([makeVolume('a', { claimRef: { namespace: 'shop' } })])]],
    ['attributes that are no texts', [list([makeVolume('a', { csi: attributes({ share: 5 }) })])]],
  ];
  for (const [what, answers] of broken) {
    it(`fails the whole list on ${what}`, async () => {
      await assert.rejects(
        listAll(fake(answers).api, persistentVolumes, options),
        (error) => error instanceof SourceError && error.kind === 'badAnswer',
      );
    });
  }
});

function attributes(volumeAttributes: unknown) {
  return { driver: 'd', volumeHandle: 'h', volumeAttributes };
}

function page(names: readonly string[], token = '', remaining = 0, resourceVersion = '7'): Json {
  const metadata = {
    resourceVersion,
    ...(token !== '' && { continue: token }),
    ...(remaining > 0 && { remainingItemCount: remaining }),
  };
  return { kind: 'PersistentVolumeList', metadata, items: names.map((name) => makeVolume(name)) };
}

function list(items: readonly unknown[]): Json {
  return { ...page([]), items };
}

function gone(): StatusError {
  return new StatusError(410, { kind: 'Status', reason: 'Expired', message: 'too old' }, 'GET /');
}

function fake(answers: readonly (Json | Error)[]): { readonly api: KubeApi; readonly queries: Query[] } {
  const queries: Query[] = [];
  return {
    queries,
    api: {
      ask: () => Promise.reject(new Error('a list asks nothing')),
      async get(_path, query = {}) {
        const answer = answers[queries.length];
        queries.push(query);
        if (answer === undefined) throw new Error('one page too many was asked for');
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
  };
}
