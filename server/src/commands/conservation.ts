import type { ConservationReply } from '@plumbline/contract';
import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';

/** Where much is stored, the answer is a count that was taken before; from this age on that is said. */
const OLD_MS = 60_000;

type Terms = ConservationReply['total'];

/** `plumbline conservation`: counts what came in against where it is; exit code 1 when something is missing or doubled. */
export function addConservationCommand(program: Command): void {
  withServerOptions(program.command('conservation'))
    .description('count what came in against where it is')
    .option('--json', 'print the counts as data')
    .option('--now', 'count the rows of this moment, however long that takes')
    .action(async (options: ServerOptions & { json?: boolean; now?: boolean }) => {
      const answer = (await callApi(options, {
        method: 'GET',
        path: `/v1/conservation${options.now === true ? '?now=true' : ''}`,
      })) as ConservationReply;
      process.stdout.write(options.json === true ? `${JSON.stringify(answer, null, 2)}\n` : textOf(answer));
      if (options.json !== true && Date.now() - Date.parse(answer.asOf) > OLD_MS)
        process.stdout.write(`Counted as of ${answer.asOf}; --now counts the rows of this moment.\n`);
      if (!answer.holds) process.exitCode = 1;
    });
}

function textOf(answer: ConservationReply): string {
  const blocks = [
    ...answer.sources.map((source) => block(source.source, source)),
    block('all sources', answer.total),
  ];
  return `${blocks.join('\n')}\n${answer.holds ? 'Both equations hold.' : 'An equation does not hold: something is missing or counted twice.'}\n`;
}

function block(name: string, terms: Terms): string {
  const { received, dispositions, events, inFlight, waiting, parked, failed, decided, superseded } = terms;
  const items = Object.entries(dispositions)
    .filter(([, count]) => count > 0)
    .map(([disposition, count]) => `${count} ${disposition}`);
  return [
    name,
    `  ${received} items = ${items.length === 0 ? '0' : items.join(' + ')}  ${mark(terms.itemsHold)}`,
    `  ${events} events = ${inFlight} in flight + ${waiting} waiting + ${parked} parked + ${failed} failed + ${decided} decided  ${mark(terms.eventsHold)}`,
    `  ${superseded} revisions beside them`,
    '',
  ].join('\n');
}

function mark(holds: boolean): string {
  return holds ? '✓' : '✗ DOES NOT HOLD';
}
