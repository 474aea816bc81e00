import type { Command } from 'commander';

/** Every command with its help, as the program prints it on 80 columns. */
export function buildCliPage(program: Command, exitCodes: string): string {
  const commands = program.commands.flatMap((command) => pageOf(command, 'strandline'));
  return `# Commands

<!-- Generated from the program's help by \`npm run docs:generate\`. Do not edit. -->

Results go to stdout, logs to stderr (JSON lines, or readable ones on a terminal). A flag wins over the environment, the environment over the
file, the file over the default ([configuration](configuration.md)). \`--namespace\`, \`--cluster\`, \`--nas\`, \`--check\`, \`--severity\` and
\`--min-age\` narrow what is judged and shown, never what is read: the rest is evidence of use.

${commands.join('\n')}
## Exit codes

${exitCodes}`;
}

function pageOf(command: Command, parent: string): string[] {
  const name = `${parent} ${command.name()}`;
  const own = `## ${name}\n\n\`\`\`text\n${command.helpInformation().trimEnd()}\n\`\`\`\n`;
  return [own, ...command.commands.flatMap((child) => pageOf(child, name))];
}
