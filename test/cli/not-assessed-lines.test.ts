import assert from 'node:assert/strict';
import { notAssessedLines } from '../../src/cli/not-assessed-lines.ts';

const items = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ what: `Dataset tank/${index}`, because: 'it is locked' }));

describe('[U] cli/not-assessed-lines', () => {
  it('names each of ten', () => {
    const lines = notAssessedLines(items(10));

    assert.equal(lines.length, 10);
    assert.equal(lines[9], 'Not assessed: Dataset tank/9: it is locked');
  });

  it('names ten of eleven and counts the rest, so that none is hidden', () => {
    const lines = notAssessedLines(items(11));

    assert.deepEqual(lines.slice(10), ['Not assessed: 1 more; `-o json` and the report name every one']);
  });

  it('lets no name act upon the terminal', () => {
    const [line = ''] = notAssessedLines([{ what: 'a\u001b[31m', because: 'b' }]);

    assert.ok(!line.includes('\u001b'));
  });
});
