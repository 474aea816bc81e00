import { Option } from 'commander';
import { SCHEMA_VERSION } from '../../model/scan-result.ts';
import { readPackageFacts } from '../../package-facts.ts';
import type { Cli } from '../command.ts';
import { type PrintFormat, printAnswer, printFormats } from '../print.ts';

export function addVersion({ program, io, act }: Cli): void {
  program
    .command('version')
    .description('version of Strandline, of its result format and of its runtime')
    .addOption(new Option('-o, --output <format>', 'how the answer is printed').choices(printFormats).default('table'))
    .action(
      act(async (flags: { readonly output: PrintFormat }) => {
        const { version, commit } = readPackageFacts();
        const facts = { version, commit, resultSchema: SCHEMA_VERSION, node: process.versions.node };
        printAnswer(io, flags.output, {
          data: facts,
          table: () =>
            `strandline ${version}${commit === undefined ? '' : ` (${commit})`}, result schema ${SCHEMA_VERSION}, node ${facts.node}\n`,
          csv: { header: Object.keys(facts), rows: [Object.values(facts)] },
        });
        return [];
      }),
    );
}
