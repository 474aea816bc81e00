import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NotJson, openAnswer } from '../../../src/collect/truenas/jsonrpc/answer.ts';
import { splitRows } from '../../../src/collect/truenas/jsonrpc/split-rows.ts';
import { parseWire } from '../../../src/collect/truenas/wire.ts';

const answerOf = (text: string) => Buffer.from(text, 'utf8');
const readBack = (text: string) => {
  const { message, result } = openAnswer(answerOf(text));
  return { ...message, result: result() };
};

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

    assert.ok(splitRows(answerOf(text)));
    assert.deepEqual(readBack(text), parseWire(text));
  });

  it('hands each row over before it parses the next', () => {
    const seen: unknown[] = [];
    const { result } = openAnswer(answerOf('{"id": 1, "result": [{"a": 1}, {"a": 2}, {"a" 3}]}'));

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
