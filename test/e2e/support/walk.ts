import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Block, commandsOf, isAsShown } from '../../docs/blocks.ts';
import { tryRun } from '../cluster/exec.ts';

/** Where somebody follows a page: a folder, an environment, and what stands here for the names in its examples. */
export interface Walk {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly substitutions: Readonly<Record<string, string>>;
}

/** Writes the block's file, or runs its commands one after the other. @returns how many, and what was not as shown. */
export async function walkBlock(block: Block, walk: Walk): Promise<{ commands: number; objections: string[] }> {
  const objections: string[] = [];
  if (block.savedAs !== undefined) {
    const file = join(walk.folder, block.savedAs);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, substitute(block.text, walk));
    return { commands: 0, objections };
  }
  const commands = commandsOf(block);
  for (const { line, output = [] } of commands) {
    // What the tests themselves are told by STRANDLINE_… (which image, which cache) would be options of the program.
    const command = `unset -v "\${!STRANDLINE_@}"; ${substitute(line, walk)}`;
    const { code, stdout, stderr } = await tryRun('bash', ['-c', command], {
      cwd: walk.folder,
      env: walk.env,
    });
    const at = `${block.file}:${block.line}: ${line}`;
    if (code !== 0) objections.push(`${at}: exit ${code}\n${stdout}${stderr}`);
    else if (!isAsShown(stdout, output)) objections.push(`${at}: prints\n${stdout}`);
  }
  return { commands: commands.length, objections };
}

function substitute(text: string, { substitutions }: Walk): string {
  return Object.entries(substitutions).reduce((all, [shown, here]) => all.replaceAll(shown, here), text);
}
