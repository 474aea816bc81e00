import { Option } from 'commander';
import { buildPlan } from '../../plan/build-plan.ts';
import { renderPlan } from '../../plan/render-plan.ts';
import type { Cli } from '../command.ts';
import { obtainResult } from '../obtain-result.ts';
import { addCommonOptions, type ReadingFlags } from '../options.ts';

const forms = ['script', 'json'] as const;

interface PlanFlags extends Omit<ReadingFlags, 'output'> {
  readonly output: (typeof forms)[number];
}

/** Takes no narrowing flags: what is filtered away could be what stands in the way. */
export function addPlan({ program, io, act }: Cli): void {
  const command = program
    .command('plan')
    .description('an ordered, commented script to clean up confirmed findings; for a human, never run by this program');
  addCommonOptions(command)
    .addOption(new Option('-o, --output <format>', 'how the plan is printed').choices(forms).default('script'))
    .option('--from <file>', 'a stored result.json or collected inventory instead of reading anything')
    .action(
      act(async ({ output, ...flags }: PlanFlags) => {
        const { result, outcomes } = await obtainResult(io, { ...flags, output: 'table' });
        const plan = buildPlan(result);
        io.stdout.write(output === 'json' ? `${JSON.stringify(plan, undefined, 2)}\n` : renderPlan(plan));
        return outcomes;
      }),
    );
}
