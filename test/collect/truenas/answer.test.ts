import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NotJson, openAnswer, type PieceSizes } from '../../../src/collect/truenas/jsonrpc/answer.ts';
import { parseWire } from '../../../src/collect/truenas/wire.ts';

const answerOf = (text: string) => Buffer.from(text, 'utf8');
const readBack = (text: string, sizes?: PieceSizes) => {
  const { message, result } = openAnswer(answerOf(text), sizes);
  return { ...message, result: result() };
};
/** As an answer of many megabytes is read. */
const inPieces = (pieceBytes: number): PieceSizes => ({ longerThanBytes: 0, pieceBytes });

describe('[U] collect/truenas/jsonrpc/answer', () => {
  it('gives every row of a list as parsing the whole text gives it', () => {
    const spaced = fc.constantFrom(undefined, 1);
    const list = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 6 });
    fc.assert(
      fc.property(list, fc.jsonValue(), spaced, (result, other, space) => {
        const text = JSON.stringify({ jsonrpc: '2.0', id: 7, result, other }, null, space);

        assert.deepEqual(readBack(text), parseWire(text));
      }),
    );
  });

  it('keeps every digit of a long integer, and leaves what looks like one inside a text', () => {
    const text =
      '{"result": [{"guid": 16041234567890123456, "txg": -9007199254740993, "ok": 9007199254740991},\n' +
      '["a 16041234567890123456 \\" 16041234567890123456"], 1234567890123456.5, 12345678901234567e3, 0.12345678901234567]}';

    const exact = JSON.parse(text, (_key, value, context?: { source: string }) =>
      typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER && /^-?\d+$/.test(context?.source ?? '')
        ? context?.source
        : value,
    );
    assert.deepEqual(readBack(text), exact);
  });

  it('gives every row of a long list as parsing the whole text gives it, wherever the pieces end', () => {
    const spaced = fc.constantFrom(undefined, 1);
    const row = fc.oneof(
      fc.dictionary(fc.constantFrom('a', '},{', 'result'), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 3 }),
      fc.record({ nested: fc.array(fc.record({ a: fc.constantFrom('},{', '} , {', '\\"}, {"', 1) })) }),
    );
    const list = fc.array(row, { maxLength: 12 });
    const sizes = fc.integer({ min: 1, max: 64 }).map(inPieces);
    fc.assert(
      fc.property(list, fc.jsonValue(), spaced, fc.boolean(), sizes, (result, other, space, isLast, size) => {
        const answer = isLast ? { id: 7, other, result } : { id: 7, result, other };
        const text = JSON.stringify(answer, null, space);

        assert.deepEqual(readBack(text, size).result, (parseWire(text) as typeof answer).result);
      }),
    );
  });

  it('keeps long integers in pieces too, quoted or not', () => {
    const rows =
      '{"guid": 16041234567890123456}, {"guid": "16041234567890123456"}, {"text": "a:16041234567890123456,"}';

    assert.deepEqual(readBack(`{"result": [${rows}], "id": 7}`, inPieces(1)), {
      id: 7,
      result: [{ guid: '16041234567890123456' }, { guid: '16041234567890123456' }, { text: 'a:16041234567890123456,' }],
    });
  });

  it('never gives rows of an answer that is an error as well', () => {
    const text = '{"id": 1, "result": [{"a": 1}, {"a": 2}], "error": [1]}';

    assert.throws(() => openAnswer(answerOf(text), inPieces(1)).result(), NotJson);
  });

  it('hands the rows of a piece over before it parses the next', () => {
    const seen: unknown[] = [];
    const { result } = openAnswer(answerOf('{"id": 1, "result": [{"a": 1}, {"a": 2}, {"a" 3}]}'), inPieces(1));

    assert.throws(() => result((row, index) => seen.push([index, row])), NotJson);
    assert.deepEqual(seen, [
      [0, { a: 1 }],
      [1, { a: 2 }],
    ]);
  });

  for (const text of [
    '{"id": 1, "result": [{"a": 1}',
    '{"id": 1, "result": [{"a": 1}]',
    '{"id": 1, "result": [{"a": 1},]}',
    '{"id": 1, "result": [,{"a": 1}]}',
    '{"id": 1, "result": [{"a": 1} {"a": 2}]}',
    '{"id": 1, "result": [{"a": 1}}',
    '{"id": 1, "result": [{"a": 1]]}',
    '{"id": 1, "result": ["a]}',
    '{"id": 1 "result": []}',
    '["result", []]',
    'no JSON',
    '',
  ]) {
    it(`takes ${text || 'nothing'} for no answer`, () => {
      assert.throws(() => readBack(text), NotJson);
      assert.throws(() => readBack(text, inPieces(1)), NotJson);
    });
  }

  for (const text of [
    '{"id": 1, "result": []}',
    '{"id": 1, "result": [ ]}',
    '{"result": [1], "result": [2, 3]}',
    '{"result": [1], "error": {"result": [2]}}',
    '{"error": {"result": [1]}, "result": [2]}',
    '{"note": "\\"result\\": [9]", "result": [1, "]"]}',
    '{"method": "result", "result": {"rows": []}}',
    '{"re\\u0073ult": [1], "id": 2}',
    '{"id": 1, "result": ["Zvol 🌊 \\u0000", null, true, -0]}',
  ]) {
    it(`reads ${text} as a parser of JSON does`, () => {
      assert.deepEqual(readBack(text), parseWire(text));
    });
  }
});
