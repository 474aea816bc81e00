// Is stdin what a page shows for a command? `node test/docs/as-shown.ts PAGE COMMAND < OUTPUT`. Exits 1 when it is not,
// and when the page does not show the command.
import { readFileSync } from 'node:fs';
import { blocksOf, commandsOf, isAsShown } from './blocks.ts';

const [page = '', command = ''] = process.argv.slice(2);
const shown = blocksOf(page)
  .flatMap(commandsOf)
  .find(({ line, output }) => line === command && output !== undefined)?.output;
const printed = readFileSync(0, 'utf8');
if (shown === undefined || !isAsShown(printed, shown)) {
  process.stderr.write(`${page}: ${command} shows\n${shown?.join('\n')}\nbut this was printed\n${printed}\n`);
  process.exitCode = 1;
}
