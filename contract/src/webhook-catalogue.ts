import { z } from 'zod';
import type { WEBHOOK_EVENT_TYPES } from './endpoints.ts';
import {
  commissionAccruedEvent,
  commissionChangedEvent,
  commissionRestatedEvent,
  customerAttributedEvent,
  customerReassignedEvent,
  partnerGradedEvent,
  partnerMovedEvent,
} from './webhook-events.ts';

/** One type of webhook: when it is sent, the form of its body, and a sample of it that documents and tests share. */
export interface WebhookType {
  readonly type: (typeof WEBHOOK_EVENT_TYPES)[number];
  readonly when: string;
  readonly schema: z.ZodType;
  readonly sample: object;
}

const id = (prefix: string, last: string): string =>
  `${prefix}_0198f2a100007000800000000000${last.padStart(4, '0')}`;
const ann = id('prt', 'a1');
const ben = id('prt', 'b2');
const program = id('prg', '1');
const customer = { namespace: 'customer', value: '42' };
const timestamp = '2026-03-10T09:30:00.000Z';
const registered = '2026-03-01T08:00:00.000Z';
const first = { from: registered, partnerId: ann, partnerRef: 'IB-100' };

/** Every webhook that can be subscribed to. */
export const WEBHOOK_CATALOGUE: readonly WebhookType[] = [
  {
    type: 'commission.accrued',
    when: 'One turn has booked commission for one partner: what is new, and differences of what was booked.',
    schema: commissionAccruedEvent,
    sample: {
      type: 'commission.accrued',
      timestamp,
      data: {
        programId: program,
        partnerId: ann,
        count: 2,
        totals: [{ component: 'lots', amount: '16.00', currency: 'USD' }],
        commissionIds: [`com_${'0'.repeat(38)}1`, `com_${'0'.repeat(38)}2`],
        hasMore: false,
      },
    },
  },
  {
    type: 'commission.changed',
    when: 'Commission that a partner knew is held, released or taken back, with the reason.',
    schema: commissionChangedEvent,
    sample: {
      type: 'commission.changed',
      timestamp,
      data: {
        programId: program,
        partnerId: ann,
        changes: [
          {
            change: 'held',
            reason: 'kyc_pending',
            sentence: "It is held for now: The customer's identity check is not finished yet.",
            component: 'cpa',
            count: 1,
            amount: '100.00',
            currency: 'USD',
          },
        ],
      },
    },
  },
  {
    type: 'commission.restated',
    when: 'A correction of earlier data (a change set) moved what a partner has: one message instead of one per commission.',
    schema: commissionRestatedEvent,
    sample: {
      type: 'commission.restated',
      timestamp,
      data: {
        programId: program,
        partnerId: ann,
        changeSetId: id('chg', 'c3'),
        sentence: 'Earlier data was corrected. What it brings is held until it has been reviewed.',
        totals: [{ component: 'lots', currency: 'USD', added: '8.00', taken: '0.00', count: 1 }],
      },
    },
  },
  {
    type: 'customer.attributed',
    when: 'A customer has a partner for the first time: at the registration, or later by hand.',
    schema: customerAttributedEvent,
    sample: {
      type: 'customer.attributed',
      timestamp,
      data: {
        programId: program,
        customerId: id('cus', 'd4'),
        customer,
        sequence: 1,
        effectiveFrom: registered,
        partnerId: ann,
        partnerRef: 'IB-100',
        by: 'click',
        campaign: 'spring',
        linkId: id('lnk', 'e5'),
        code: null,
        changeSetId: null,
        reason: null,
        sentence: 'The customer has a partner from this instant on.',
        bonds: [first],
      },
    },
  },
  {
    type: 'customer.reassigned',
    when: 'A customer who had a partner has another one, or none: by hand, by a file, by a merge or its end, by a change of settings or of evidence.',
    schema: customerReassignedEvent,
    sample: {
      type: 'customer.reassigned',
      timestamp,
      data: {
        programId: program,
        customerId: id('cus', 'd4'),
        customer,
        sequence: 2,
        effectiveFrom: timestamp,
        partnerId: ben,
        partnerRef: 'IB-200',
        previousPartnerId: ann,
        previousPartnerRef: 'IB-100',
        mergedInto: null,
        by: 'manual',
        campaign: null,
        linkId: null,
        code: null,
        changeSetId: id('chg', 'c3'),
        reason: 'reassigned',
        sentence: 'The customer was moved to another partner from this instant on.',
        bonds: [first, { from: timestamp, partnerId: ben, partnerRef: 'IB-200' }],
      },
    },
  },
  {
    type: 'partner.moved',
    when: 'A partner, with everybody below it, stands below another one from an instant on, or such a move was taken back. Its customers stay its own, so they are not told one by one.',
    schema: partnerMovedEvent,
    sample: {
      type: 'partner.moved',
      timestamp,
      data: {
        programId: program,
        partnerId: ann,
        partnerRef: 'IB-100',
        effectiveFrom: timestamp,
        parentId: ben,
        parentRef: 'IB-200',
        previousParentId: null,
        previousParentRef: null,
        takenBack: false,
        reason: 'New manager of the region',
      },
    },
  },
  {
    type: 'partner.graded',
    when: 'The grade of a partner changes, or what was foreseen of it does not come: decided by a check on its date, or by people. It may begin later.',
    schema: partnerGradedEvent,
    sample: {
      type: 'partner.graded',
      timestamp,
      data: {
        programId: program,
        partnerId: ann,
        partnerRef: 'IB-100',
        decisionId: 'grd_0198f2a10000700080000000000000f6',
        grade: 'gold',
        previousGrade: 'silver',
        effectiveFrom: '2026-04-02T00:00:00.000Z',
        decidedAt: '2026-04-01T00:00:00.000Z',
        by: 'check',
        reason: null,
      },
    },
  },
];

export const webhookTypesReply = z.object({
  items: z.array(
    z.object({
      type: z.string(),
      when: z.string(),
      schemaUrl: z.string().describe('JSON Schema of the body.'),
      sample: z.record(z.string(), z.unknown()),
    }),
  ),
});
