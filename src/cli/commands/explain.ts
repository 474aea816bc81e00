import { Option } from 'commander';
import { ConfigError } from '../../errors.ts';
import type { Explanation } from '../../explain/explanation.ts';
import { renderExplanation } from '../../explain/render-explanation.ts';
import type { Cli } from '../command.ts';
import { openSession } from '../context.ts';
import type { CliIo } from '../io.ts';
import { addCommonOptions, type CommonFlags } from '../options.ts';
import { requireSources } from '../require-sources.ts';
import { readStoredFile } from '../result-file.ts';

const forms = ['text', 'json'] as const;

interface ExplainFlags extends CommonFlags {
  readonly output: (typeof forms)[number];
  readonly from?: string;
}

export function addExplain({ program, io, act }: Cli): void {
  const command = program
    .command('explain')
    .description('all that is known of one resource on both sides, and why it can or cannot be deleted')
    .argument('<resource>', 'volume, namespace/claim, handle, dataset, snapshot or share, as either side names it');
  addCommonOptions(command)
    .addOption(new Option('-o, --output <format>', 'how it is printed').choices(forms).default('text'))
    .option('--from <file>', 'a collected inventory (`strandline collect`) instead of reading anything')
    .action(
      act(async (resource: string, flags: ExplainFlags) => {
        const explanation = await obtainExplanation(io, resource, flags);
        io.stdout.write(
          flags.output === 'json' ? `${JSON.stringify(explanation, undefined, 2)}\n` : renderExplanation(explanation),
        );
        return explanation.unread.length > 0 ? ['incomplete'] : [];
      }),
    );
}

async function obtainExplanation(io: CliIo, resource: string, flags: ExplainFlags): Promise<Explanation> {
  const stored = flags.from === undefined ? undefined : await readStoredFile(flags.from);
  if (stored?.kind === 'result') {
    throw new ConfigError(`${flags.from}: holds a result, which does not say what stands where`, {
      remedy: 'Hand in an inventory: `strandline collect --out` writes one.',
    });
  }
  const session = await openSession(io, {
    overrides: [],
    ...(flags.config !== undefined && { configFile: flags.config }),
  });
  try {
    if (stored === undefined) requireSources(session);
    const inventory = stored?.inventory ?? (await session.ports.collect(session.config, session.deps));
    const { explainName } = await import('../../run/explain-name.ts');
    return explainName(inventory, session.config, resource, io.now());
  } finally {
    session.finish();
  }
}
