import type {
  CommissionExplanationReply,
  EventExplanationReply,
  SettlementExplanationReply,
} from '@plumbline/contract';
import type { Command } from 'commander';
import { SetupProblem } from '../platform/setup-problem.ts';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';

type Explained = EventExplanationReply | CommissionExplanationReply | SettlementExplanationReply;

/** `plumbline explain com_…|evt_…|prt_… 2026-01 share`: says in sentences where an amount comes from, or why nothing is paid. */
export function addExplainCommand(program: Command): void {
  withServerOptions(program.command('explain'))
    .description(
      'explain a commission (com_...), an event (evt_...) down to the raw bytes, or a month of a component (prt_... 2026-01 share)',
    )
    .argument('<id>', 'id of a commission or an event; of a partner, with month and component')
    .argument('[month]', 'as 2026-01')
    .argument('[component]', 'its id in the deal')
    .option('--json', 'print all data instead of sentences')
    .action(
      async (
        id: string,
        month: string | undefined,
        component: string | undefined,
        options: ServerOptions & { json?: boolean },
      ) => {
        const path = pathOf(id, month, component);
        const answer = (await callApi(options, { method: 'GET', path })) as Explained;
        console.log(options.json === true ? JSON.stringify(answer, undefined, 2) : sayAnswer(answer));
      },
    );
}

function pathOf(id: string, month: string | undefined, component: string | undefined): string {
  if (/^com_[0-9a-z]+$/.test(id)) return `/v1/commissions/${id}/explain`;
  if (/^evt_[0-9a-fA-F]+$/.test(id)) return `/v1/events/${id}/explain`;
  if (!/^prt_[0-9a-fA-F]+$/.test(id))
    throw new SetupProblem(
      `"${id}" is neither the id of a commission (com_...) nor of an event (evt_...) nor of a partner (prt_...).`,
    );
  if (month === undefined || component === undefined)
    throw new SetupProblem('Say which month of which component: plumbline explain prt_... 2026-01 share');
  return `/v1/partners/${id}/settlements/${encodeURIComponent(month)}/${encodeURIComponent(component)}`;
}

function sayAnswer(answer: Explained): string {
  const reason = answer.reason === null ? '' : ` (${answer.reason.code})`;
  const state =
    'state' in answer ? answer.state.replaceAll('_', ' ') : answer.provisional ? 'provisional' : 'closed';
  return [
    answer.summary,
    '',
    `State: ${state}${reason}`,
    ...answer.sentences.operator.map((sentence) => `- ${sentence}`),
  ].join('\n');
}
