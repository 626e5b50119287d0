import type { gradeDecisionPage, partnerGradeReply } from '@plumbline/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer, printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

type Options = ServerOptions & PrintOptions;
type ListOptions = Options & {
  readonly program?: string;
  readonly partner?: string;
  readonly waiting?: true;
  readonly wouldDiffer?: true;
};
type SetOptions = Options & { readonly from?: string; readonly reason: string };

/** `plumbline grade show|list|set|approve|reject`. */
export function addGradeCommand(program: Command): void {
  const group = program.command('grade').description('grades of partners: look at them, set one, answer one');
  withServerOptions(group.command('show'))
    .description('say the grade of a partner, and how far it is from the next one')
    .argument('<partner>', 'prt_...')
    .option('--json', 'print the answer as data')
    .action(async (partner: string, options: Options) => {
      const path = `/v1/partners/${encodeURIComponent(partner)}/grade`;
      const answer = (await callApi(options, { method: 'GET', path })) as z.infer<typeof partnerGradeReply>;
      if (options.json === true) printAnswer(answer, options);
      else console.log(answer.sentences.join('\n'));
    });
  withServerOptions(group.command('list'))
    .description('list what was decided of grades, newest first')
    .option('--program <id>', 'prg_...')
    .option('--partner <id>', 'prt_...')
    .option('--waiting', 'only those that wait for a person')
    .option('--would-differ', 'only checks that would decide otherwise by now')
    .option('--json', 'print the answer as data')
    .action(async (options: ListOptions) => {
      const query = new URLSearchParams({
        ...(options.program === undefined ? {} : { programId: options.program }),
        ...(options.partner === undefined ? {} : { partnerId: options.partner }),
        ...(options.waiting === true ? { state: 'waiting' } : {}),
        ...(options.wouldDiffer === true ? { wouldDiffer: 'true' } : {}),
      });
      const path = `/v1/grade-decisions?${query.toString()}`;
      const answer = (await callApi(options, { method: 'GET', path })) as z.infer<typeof gradeDecisionPage>;
      printList(
        answer,
        ['id', 'partnerName', 'kind', 'at', 'before', 'after', 'effectiveFrom', 'state'],
        options,
      );
    });
  withServerOptions(group.command('set'))
    .description('propose the grade of a partner; somebody else approves it')
    .argument('<partner>', 'prt_...')
    .argument('<grade>', 'a grade of its deal')
    .requiredOption('--reason <text>', 'why')
    .option('--from <instant>', 'from when on; default: now')
    .option('--json', 'print the answer as data')
    .action(async (partner: string, grade: string, options: SetOptions) => {
      const path = `/v1/partners/${encodeURIComponent(partner)}/grade`;
      const body = {
        grade,
        reason: options.reason,
        ...(options.from === undefined ? {} : { effectiveFrom: options.from }),
      };
      printAnswer(await callApi(options, { method: 'POST', path, body }), options);
    });
  for (const verb of ['approve', 'reject'] as const)
    withServerOptions(group.command(verb))
      .description(verb === 'approve' ? 'let a grade that waits count' : 'let a grade that waits never count')
      .argument('<decision>', 'grd_...')
      .option('--note <text>', 'why')
      .option('--json', 'print the answer as data')
      .action(async (decision: string, options: Options & { readonly note?: string }) => {
        const path = `/v1/grade-decisions/${encodeURIComponent(decision)}/${verb}`;
        const body = options.note === undefined ? {} : { note: options.note };
        printAnswer(await callApi(options, { method: 'POST', path, body }), options);
      });
}
