import type { clawbackList, payableReply, PaymentReply } from '@plumbline/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

interface RecordOptions extends ServerOptions, PrintOptions {
  readonly partner: string;
  readonly amount: string;
  readonly currency: string;
  readonly paidAt: string;
  readonly reference: string;
  readonly note?: string;
  readonly month?: readonly string[];
  readonly group?: readonly string[];
}

interface ListOptions extends ServerOptions, PrintOptions {
  readonly partner?: string;
  readonly program?: string;
}

/** `plumbline payment …`: what is paid to partners, and what is taken back of it. */
export function addPaymentCommand(program: Command): void {
  const group = program
    .command('payment')
    .description('what is payable to partners, what was paid, and what is taken back of it');
  addPayable(group);
  addRecord(group);
  addList(group);
  addDecisions(group);
  addClawbacks(group);
}

function addPayable(group: Command): void {
  withServerOptions(group.command('payable <partner>'))
    .description('what can be paid to a partner now, by settlement group')
    .option('--json', 'print the answer as data')
    .action(async (partner: string, options: ServerOptions & PrintOptions) => {
      const answer = (await callApi(options, {
        method: 'GET',
        path: `/v1/partners/${encodeURIComponent(partner)}/payable`,
      })) as z.infer<typeof payableReply>;
      console.log(
        options.json === true ? JSON.stringify(answer, undefined, 2) : sayPayable(answer).join('\n'),
      );
    });
}

/** What is payable, in lines. */
export function sayPayable({ currencies, payoutBlocked }: z.infer<typeof payableReply>): string[] {
  return [
    ...payoutBlocked.map(({ sentence }) => `Payouts are blocked: ${sentence}`),
    ...(currencies.length === 0 ? ['Nothing was ever booked.'] : []),
    ...currencies.flatMap(({ currency, payable, returned, groups }) => [
      `${currency}: ${payable.amount} payable${Number(returned.amount) === 0 ? '' : `, ${returned.amount} of it came back of earlier payments`}`,
      ...groups.map((one) => {
        const state = one.payable ? 'payable' : (one.holdReason ?? 'held or paid');
        return `  ${one.component}  held to ${one.holdDay}  ${state}: approved ${one.approved.amount}, held ${one.held.amount}, paid ${one.paid.amount}`;
      }),
    ]),
  ];
}

function addRecord(group: Command): void {
  withServerOptions(group.command('record'))
    .description('record a payment that was made: exactly what is payable')
    .requiredOption('--partner <id>', 'prt_...')
    .requiredOption('--amount <decimal>', 'such as 120.50')
    .requiredOption('--currency <code>', 'such as EUR')
    .requiredOption('--paid-at <instant>', 'when it was paid, such as 2026-03-01T10:00:00Z')
    .requiredOption('--reference <text>', 'what the bank calls it; once for each partner and currency')
    .option('--note <text>', 'for the audit trail')
    .option('--month <component@month...>', 'only these settlements, such as share@2026-02')
    .option('--group <component@day...>', 'only these settlement groups, such as cpa@2026-03-15')
    .option('--json', 'print the answer as data')
    .action(async (options: RecordOptions) => {
      const settlements = [
        ...(options.month ?? []).map((one) => named(one, 'period')),
        ...(options.group ?? []).map((one) => named(one, 'holdDay')),
      ];
      const body = {
        partnerId: options.partner,
        amount: options.amount,
        currency: options.currency,
        paidAt: options.paidAt,
        reference: options.reference,
        ...(options.note === undefined ? {} : { note: options.note }),
        ...(settlements.length === 0 ? {} : { settlements }),
      };
      printPayment(await callApi(options, { method: 'POST', path: '/v1/payments', body }), options);
    });
}

function named(text: string, by: 'period' | 'holdDay'): Record<string, string> {
  const at = text.lastIndexOf('@');
  return { component: text.slice(0, Math.max(at, 0)), [by]: text.slice(at + 1) };
}

function printPayment(answer: unknown, options: PrintOptions): void {
  console.log(
    options.json === true ? JSON.stringify(answer, undefined, 2) : sayPayment(answer as PaymentReply),
  );
}

const NEXT: Readonly<Record<PaymentReply['state'], string>> = {
  proposed: 'above the limit: another person approves it with plumbline payment approve',
  rejected: 'rejected',
  due: 'recorded; it is booked within a second',
  refused: 'refused',
  paid: 'paid',
  return_due: 'it came back; that is booked within a second',
  returned: 'it came back, and is owed again',
};

/** A payment in one line. */
export function sayPayment({ id, amount, paidAt, reference, state, refusal }: PaymentReply): string {
  const why = refusal === null ? '' : `: ${refusal.sentence}`;
  return `${id}  ${amount.amount} ${amount.currency} of ${paidAt} (${reference}): ${NEXT[state]}${why}`;
}

function addList(group: Command): void {
  withServerOptions(group.command('list', { isDefault: true }))
    .description('list payments, newest first')
    .option('--partner <id>', 'to this partner only')
    .option('--program <id>', 'of this program only')
    .option('--json', 'print the answer as data')
    .action(async (options: ListOptions) => {
      const query = new URLSearchParams({ limit: '100' });
      if (options.partner !== undefined) query.set('partnerId', options.partner);
      if (options.program !== undefined) query.set('programId', options.program);
      const answer = await callApi(options, { method: 'GET', path: `/v1/payments?${query}` });
      printList(answer, ['id', 'paidAt', 'state', 'partnerId', 'amount', 'reference', 'createdBy'], options);
    });
  withServerOptions(group.command('show <id>'))
    .description('one payment, with the settlement groups that it paid')
    .action(async (id: string, options: ServerOptions) => {
      const path = `/v1/payments/${encodeURIComponent(id)}`;
      console.log(JSON.stringify(await callApi(options, { method: 'GET', path }), undefined, 2));
    });
}

function addDecisions(group: Command): void {
  for (const verb of ['approve', 'reject'] as const)
    withServerOptions(group.command(`${verb} <id>`))
      .description(
        verb === 'approve'
          ? 'agree with a payment above the limit, as another person'
          : 'take one off that waits for another person',
      )
      .requiredOption('--note <text>', 'for the audit trail')
      .option('--json', 'print the answer as data')
      .action(async (id: string, options: ServerOptions & PrintOptions & { readonly note: string }) => {
        const path = `/v1/payments/${encodeURIComponent(id)}/${verb}`;
        printPayment(await callApi(options, { method: 'POST', path, body: { note: options.note } }), options);
      });
  withServerOptions(group.command('return <id>'))
    .description('say that a payment came back: its amount is owed again')
    .requiredOption('--at <instant>', 'when it came back')
    .requiredOption('--why <text>', 'for the audit trail')
    .option('--json', 'print the answer as data')
    .action(
      async (
        id: string,
        options: ServerOptions & PrintOptions & { readonly at: string; readonly why: string },
      ) => {
        const path = `/v1/payments/${encodeURIComponent(id)}/return`;
        const body = { returnedAt: options.at, reason: options.why };
        printPayment(await callApi(options, { method: 'POST', path, body }), options);
      },
    );
}

function addClawbacks(group: Command): void {
  withServerOptions(group.command('clawbacks <partner>'))
    .description('what was taken of paid commission under review')
    .option('--pending', 'only what waits for a person')
    .option('--json', 'print the answer as data')
    .action(
      async (partner: string, options: ServerOptions & PrintOptions & { readonly pending?: boolean }) => {
        const query = options.pending === true ? '?pending=true' : '';
        const path = `/v1/partners/${encodeURIComponent(partner)}/clawbacks${query}`;
        const answer = (await callApi(options, { method: 'GET', path })) as z.infer<typeof clawbackList>;
        printList(
          { ...answer, nextCursor: null },
          ['id', 'at', 'component', 'taken', 'pending', 'accepted', 'refused'],
          options,
        );
      },
    );
  for (const verdict of ['accept', 'refuse'] as const)
    withServerOptions(group.command(`${verdict}-clawback <id>`))
      .description(verdict === 'accept' ? 'it stands' : 'it is given back to the partner')
      .requiredOption('--why <text>', 'for the audit trail')
      .action(async (id: string, options: ServerOptions & { readonly why: string }) => {
        const path = `/v1/clawbacks/${encodeURIComponent(id)}/review`;
        const body = { verdict, reason: options.why };
        console.log(JSON.stringify(await callApi(options, { method: 'POST', path, body }), undefined, 2));
      });
}
