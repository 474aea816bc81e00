import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

async function strandline(...argv: string[]): Promise<string> {
  return (await run(process.execPath, ['src/main.ts', ...argv], { cwd: root })).stdout;
}

describe('[U] cli/completion', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    it(`prints a script for ${shell} that asks strandline itself`, async () => {
      const script = await strandline('completion', shell);

      assert.match(script, /strandline complete/);
    });
  }

  /** `_get_comp_words_by_ref` comes from the package bash-completion, which a test machine need not have. */
  it('completes commands, flags and values in a real bash', async () => {
    const script = await strandline('completion', 'bash');
    const program = `strandline() { '${process.execPath}' '${join(root, 'src/main.ts')}' "$@"; }
_get_comp_words_by_ref() { words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur="\${words[cword]}"; prev="\${words[cword-1]}"; }
${script}
ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=\${#COMP_LINE}; COMPREPLY=()
  handler=$(complete -p strandline | sed 's/.*-F \\([^ ]*\\).*/\\1/'); "$handler" 2>/dev/null; echo "\${COMPREPLY[*]}"; }
ask strandline val
ask strandline config ch
ask strandline validate -o sa`;

    const { stdout } = await run('bash', ['--norc', '-c', program]);

    assert.deepEqual(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.trim()),
      ['validate', 'check', 'sarif'],
    );
  });
});
