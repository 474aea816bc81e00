import { type Command, Option } from 'commander';
import { ConfigError } from '../../errors.ts';
import type { OutboxLine, TestedDelivery } from '../../run/ports.ts';
import type { Cli } from '../command.ts';
import { openSession, type Session } from '../context.ts';
import type { Outcome } from '../exit-code.ts';
import { addCommonOptions, type CommonFlags, toLogLevel } from '../options.ts';
import { type Answer, type PrintFormat, printAnswer, printFormats } from '../print.ts';
import { formatTable } from '../table.ts';

interface Flags extends CommonFlags {
  readonly output: PrintFormat;
}

type Work = (session: Session) => Promise<{ readonly answer: Answer; readonly outcomes: readonly Outcome[] }>;

export function addDeliver({ program, io, act }: Cli): void {
  const parent = program.command('deliver').description('mail, webhooks and Pushgateway: try them, see what waits');
  const add = (name: string, says: string, work: Work): Command =>
    addCommonOptions(parent.command(name).description(says))
      .addOption(
        new Option('-o, --output <format>', 'how the answer is printed').choices(printFormats).default('table'),
      )
      .action(
        act(async (flags: Flags) => {
          const session = await openSession(io, {
            overrides: toLogLevel(flags),
            ...(flags.config !== undefined && { configFile: flags.config }),
          });
          try {
            const { answer, outcomes } = await work(session);
            session.finish();
            printAnswer(io, flags.output, answer);
            return outcomes;
          } finally {
            session.finish();
          }
        }),
      );
  add('test', 'send one harmless message by every configured route; nothing is scanned', sendTests);
  add('list', 'the outbox: what was sent, and what waits for the next run', listOutbox);
}

async function sendTests({ config, ports, deps }: Session): ReturnType<Work> {
  const tested = await ports.testDeliveries(config, deps);
  if (tested.length === 0) {
    throw new ConfigError('no delivery is configured', {
      remedy: 'Add `email`, `webhooks` or `pushgateway` to the config; docs/configuration.md lists their keys.',
    });
  }
  const isWell = tested.every(({ outcome }) => outcome.state === 'sent');
  return { answer: describeTests(tested), outcomes: isWell ? [] : ['delivery'] };
}

async function listOutbox({ config, ports, deps }: Session): ReturnType<Work> {
  return { answer: describeOutbox(await ports.listOutbox(config, deps)), outcomes: [] };
}

function describeTests(tested: readonly TestedDelivery[]): Answer {
  const because = ({ outcome }: TestedDelivery) => (outcome.state === 'sent' ? '' : outcome.because);
  return {
    data: { deliveries: tested },
    table: (width) =>
      formatTable(
        tested,
        [
          { title: 'ROUTE', value: ({ route }) => route, shrinksTo: 16 },
          { title: 'KIND', value: ({ kind }) => kind },
          { title: 'STATE', value: ({ outcome }) => outcome.state },
          { title: 'BECAUSE', value: because, shrinksTo: 24 },
        ],
        width,
      ),
    csv: {
      header: ['route', 'kind', 'state', 'because'],
      rows: tested.map((one) => [one.route, one.kind, one.outcome.state, because(one)]),
    },
  };
}

function describeOutbox(lines: readonly OutboxLine[]): Answer {
  return {
    data: { outbox: lines },
    table: (width) =>
      lines.length === 0
        ? 'Nothing was put into the outbox yet.\n'
        : formatTable(
            lines,
            [
              { title: 'CREATED', value: ({ createdAt }) => `${createdAt.slice(0, 16)}Z` },
              { title: 'KIND', value: ({ kind }) => kind },
              { title: 'OF', value: ({ of, completeness }) => `${of} (${completeness})`, shrinksTo: 20 },
              { title: 'RECIPIENT', value: ({ recipient }) => recipient, shrinksTo: 16 },
              { title: 'STATE', value: ({ state }) => state },
              { title: 'BECAUSE', value: ({ because }) => because ?? '', shrinksTo: 20 },
            ],
            width,
          ),
    csv: {
      header: ['created_at', 'kind', 'of', 'completeness', 'recipient', 'state', 'because'],
      rows: lines.map((line) => [
        line.createdAt,
        line.kind,
        line.of,
        line.completeness,
        line.recipient,
        line.state,
        line.because,
      ]),
    },
  };
}
