import { Command, CommanderError } from 'commander';
import { stopTracing } from '../telemetry/traces.ts';
import type { Cli } from './command.ts';
import { addAudit } from './commands/audit.ts';
import { addCollect } from './commands/collect.ts';
import { addCompletion } from './commands/completion.ts';
import { addConfig } from './commands/config.ts';
import { addCredentials } from './commands/credentials.ts';
import { addDeliver } from './commands/deliver.ts';
import { addDemo } from './commands/demo.ts';
import { addDiff } from './commands/diff.ts';
import { addExplain } from './commands/explain.ts';
import { addHealth } from './commands/health.ts';
import { addHistory } from './commands/history.ts';
import { addMetrics } from './commands/metrics.ts';
import { addOrphans } from './commands/orphans.ts';
import { addPlan } from './commands/plan.ts';
import { addRecommendations } from './commands/recommendations.ts';
import { addReport } from './commands/report.ts';
import { addScan } from './commands/scan.ts';
import { addServe } from './commands/serve.ts';
import { addTrends } from './commands/trends.ts';
import { addUsage } from './commands/usage.ts';
import { addValidate } from './commands/validate.ts';
import { addVersion } from './commands/version.ts';
import { exitCodes, type Outcome, toExitCode } from './exit-code.ts';
import type { AtEnd, CliIo } from './io.ts';
import { outcomeOf } from './outcome-of-error.ts';
import { printError } from './print-error.ts';

const catalogue = [
  addScan,
  addReport,
  addOrphans,
  addUsage,
  addTrends,
  addRecommendations,
  addValidate,
  addHealth,
  addCollect,
  addDiff,
  addPlan,
  addExplain,
  addHistory,
  addDeliver,
  addMetrics,
  addAudit,
  addCredentials,
  addConfig,
  addServe,
  addDemo,
  addVersion,
  addCompletion,
] as const;

/** Runs one command line to its exit code. Never throws and never ends the process. */
export async function runCli(argv: readonly string[], process: CliIo): Promise<number> {
  const outcomes: Outcome[] = [];
  let ending: AtEnd | undefined;
  const end = async (exitCode: number) => {
    const work = ending;
    ending = undefined;
    outcomes.push(...((await work?.(exitCode)) ?? []));
  };
  let isDone = false;
  const io: CliIo = {
    ...process,
    signalNumber: () => (isDone ? undefined : process.signalNumber()),
    allDone: () => {
      isDone = process.signalNumber() === undefined;
    },
    async atEnd(work) {
      await end(0); // `--watch` and the demo hold one session after the other
      ending = work;
    },
  };
  try {
    await buildProgram(io, outcomes).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome !== undefined && io.signalNumber() === undefined) {
      outcomes.push(outcome);
      if (!(error instanceof CommanderError)) await printError(io, error, outcome === 'unexpected');
    }
  } finally {
    await stopTracing();
  }
  await end(toExitCode(outcomes, io.signalNumber()));
  return toExitCode(outcomes, io.signalNumber());
}

export function buildProgram(io: CliIo, outcomes: Outcome[] = []): Command {
  const program = new Command('strandline')
    .description('Finds storage that Kubernetes and TrueNAS have lost track of. It only reads.')
    .exitOverride()
    .showHelpAfterError('(add --help for the options)')
    .configureOutput({
      writeOut: io.stdout.write,
      writeErr: io.stderr.write,
      getOutHelpWidth: () => Math.min(io.stdout.columns ?? 80, 100),
      getErrHelpWidth: () => Math.min(io.stderr.columns ?? 80, 100),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', exitCodeHelp);
  const cli: Cli = {
    program,
    io,
    act:
      (action) =>
      async (...args) => {
        outcomes.push(...(await action(...args)));
      },
  };
  for (const add of catalogue) add(cli);
  return program;
}

const exitCodeHelp = `
Exit codes:
${exitCodes.map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning.replaceAll('`', '')}`).join('\n')}
  128+n  ended by signal n`;
