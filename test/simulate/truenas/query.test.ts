import assert from 'node:assert/strict';
import { Failure } from '../../../src/simulate/truenas/failure.ts';
import { type Filter, filterList } from '../../../src/simulate/truenas/query.ts';

const rows = [
  { id: 1, name: 'Alpha', size: 5, tags: ['x'], at: null, 'a.b': 1, used: { parsed: 10, raw: 'ten' } },
  { id: 2, name: 'beta', size: 7, tags: ['x', 'y'], at: 3, 'a.b': 2, used: { parsed: 20, raw: 'twenty' } },
  { id: 3, name: 'gamma', size: 7, tags: [], at: 1, 'a.b': 3, used: { parsed: 30, raw: 'thirty' } },
];

const cases: readonly (readonly [Filter, readonly number[]])[] = [
  [['id', '=', 2], [2]],
  [
    ['id', '!=', 2],
    [1, 3],
  ],
  [
    ['size', '>', 5],
    [2, 3],
  ],
  [
    ['size', '>=', 7],
    [2, 3],
  ],
  [['size', '<', 7], [1]],
  [['size', '<=', 5], [1]],
  [
    ['at', '>', 0],
    [2, 3],
  ],
  [['at', '=', null], [1]],
  [['name', '~', 'a'], []],
  [
    ['name', '~', '.*a$'],
    [1, 2, 3],
  ],
  [['name', 'C~', 'AL'], [1]],
  [
    ['id', 'in', [1, 3]],
    [1, 3],
  ],
  [['id', 'nin', [1, 3]], [2]],
  [['tags', 'rin', 'y'], [2]],
  [['tags', 'rnin', 'x'], [3]],
  [['name', '^', 'a'], []],
  [['name', 'C^', 'a'], [1]],
  [
    ['name', '!^', 'be'],
    [1, 3],
  ],
  [['name', '$', 'mma'], [3]],
  [
    ['name', '!$', 'mma'],
    [1, 2],
  ],
  [['name', 'C=', 'ALPHA'], [1]],
  [
    ['name', 'Cin', ['ALPHA', 'BETA']],
    [1, 2],
  ],
  [
    ['used.parsed', '>', 10],
    [2, 3],
  ],
  [['a\\.b', '=', 3], [3]],
  [['none', '=', 1], []],
  [
    [
      'OR',
      [
        ['id', '=', 1],
        ['id', '=', 3],
      ],
    ],
    [1, 3],
  ],
  [
    [
      'OR',
      [
        [
          ['size', '=', 7],
          ['id', '>', 2],
        ],
        ['id', '=', 1],
      ],
    ],
    [1, 3],
  ],
];

describe('[U] simulate/truenas/query', () => {
  for (const [filter, ids] of cases) {
    it(`${JSON.stringify(filter)} finds ${JSON.stringify(ids)}`, () => {
      const found = filterList(rows, [filter], { select: ['id'] });

      assert.deepEqual(
        found,
        ids.map((id) => ({ id })),
      );
    });
  }

  it('joins several filters with AND', () => {
    assert.equal(
      filterList(
        rows,
        [
          ['size', '=', 7],
          ['id', '>', 2],
        ],
        { count: true },
      ),
      1,
    );
  });

  it('orders by several keys, downwards with a minus, nothing first', () => {
    const ids = (order: readonly string[]) =>
      (filterList(rows, [], { order_by: order, select: ['id'] }) as readonly { id: number }[]).map(({ id }) => id);

    assert.deepEqual(ids(['-size', '-id']), [3, 2, 1]);
    assert.deepEqual(ids(['at']), [1, 3, 2]);
    assert.deepEqual(ids(['-used.parsed']), [3, 2, 1]);
  });

  it('cuts a page out after ordering', () => {
    assert.deepEqual(filterList(rows, [], { order_by: ['-id'], offset: 1, limit: 1, select: ['id'] }), [{ id: 2 }]);
    assert.equal((filterList(rows, [], { limit: 0 }) as readonly unknown[]).length, 3);
  });

  it('selects nested fields and renames', () => {
    const chosen = filterList(rows, [['id', '=', 1]], {
      get: true,
      select: ['used.parsed', ['name', 'title'], 'none'],
    });

    assert.deepEqual(chosen, { used: { parsed: 10 }, title: 'Alpha' });
  });

  it('raises on get without a row, a limit over 10000 and an operator it does not know', () => {
    const raises = (filters: readonly Filter[], options: object, kind: string) =>
      assert.throws(
        () => filterList(rows, filters, options),
        (error) => error instanceof Failure && error.kind === kind,
      );

    raises([['id', '=', 9]], { get: true }, 'matchNotFound');
    raises([], { limit: 10_001 }, 'validation');
    raises([], { offset: -1 }, 'validation');
    raises([['id', '~~', 1]], {}, 'validation');
    raises([['id', '=']], {}, 'validation');
  });
});
