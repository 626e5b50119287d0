import type { CommissionExplanationReply, EventExplanationReply } from '@plumbline/contract';
import type { Command } from 'commander';
import { SetupProblem } from '../platform/setup-problem.ts';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';

/** `plumbline explain com_…|evt_…`: says in sentences where an amount comes from, or why an event paid nothing. */
export function addExplainCommand(program: Command): void {
  withServerOptions(program.command('explain'))
    .description('explain a commission (com_...) or an event (evt_...) down to the raw bytes')
    .argument('<id>', 'id of a commission or an event')
    .option('--json', 'print all data instead of sentences')
    .action(async (id: string, options: ServerOptions & { json?: boolean }) => {
      const answer = (await callApi(options, { method: 'GET', path: pathOf(id) })) as
        | EventExplanationReply
        | CommissionExplanationReply;
      console.log(options.json === true ? JSON.stringify(answer, undefined, 2) : sayAnswer(answer));
    });
}

function pathOf(id: string): string {
  if (/^com_[0-9a-z]+$/.test(id)) return `/v1/commissions/${id}/explain`;
  if (/^evt_[0-9a-fA-F]+$/.test(id)) return `/v1/events/${id}/explain`;
  throw new SetupProblem(`"${id}" is neither the id of a commission (com_...) nor of an event (evt_...).`);
}

function sayAnswer(answer: EventExplanationReply | CommissionExplanationReply): string {
  const reason = answer.reason === null ? '' : ` (${answer.reason.code})`;
  return [
    answer.summary,
    '',
    `State: ${answer.state.replaceAll('_', ' ')}${reason}`,
    ...answer.sentences.operator.map((sentence) => `- ${sentence}`),
  ].join('\n');
}
