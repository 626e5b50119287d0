import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../../test/support/evidence.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { reasonSentence } from '../../kernel/reason.ts';
import type { Attribution } from '../attribution/facts.ts';
import { describeBondChange, findBondChange, listDecidedBonds, partnersOfChange } from './bond-changes.ts';
import type { BondChange, BondNotice } from './bond-changes.ts';
import { EMPTY_CONTEXT } from './facts.ts';
import type { CustomerContext } from './facts.ts';

const at = (day: string): Instant =>
  day === '' ? (Number.NEGATIVE_INFINITY as Instant) : instantFromIso(`2026-03-${day}T00:00:00Z`);

/** Written as `day:partner`, `-` for nobody. */
function bonds(...texts: string[]): CustomerContext {
  const attributions = texts.map((text): Attribution => {
    const [day = '', partner = ''] = text.split(':');
    return { from: at(day), partnerId: partner === '-' ? null : partner, winner: null, losers: [] };
  });
  return { ...EMPTY_CONTEXT, attributions };
}

describe('what is told of a customer', () => {
  test.each([
    ['nothing while nobody has it', bonds(), bonds('01:-'), undefined],
    ['a first partner', bonds('01:-'), bonds('01:a'), ['customer.attributed', '01', 'a', null]],
    [
      'a first partner from later on',
      bonds('01:-'),
      bonds('01:-', '05:a'),
      ['customer.attributed', '05', 'a', null],
    ],
    [
      'another one from an instant on',
      bonds('01:a'),
      bonds('01:a', '05:b'),
      ['customer.reassigned', '05', 'b', 'a'],
    ],
    ['another one from the beginning on', bonds('01:a'), bonds(':b'), ['customer.reassigned', '', 'b', 'a']],
    ['that it is taken back', bonds('01:a', '05:b'), bonds('01:a'), ['customer.reassigned', '05', 'a', 'b']],
    [
      'another instant',
      bonds('01:a', '05:b'),
      bonds('01:a', '07:b'),
      ['customer.reassigned', '05', 'a', 'b'],
    ],
    ['nobody any more', bonds('01:a'), bonds(), ['customer.reassigned', '01', null, 'a']],
    ['nothing when the same partner is said twice', bonds('01:a'), bonds('01:a', '05:a'), undefined],
    ['nothing when all stays', bonds('01:a', '05:b'), bonds('01:a', '05:b'), undefined],
  ] as const)('%s', (_name, before, after, expected) => {
    const change = findBondChange(before, after);
    const [type, from, partnerId, previousPartnerId] = expected ?? [];
    expect(change).toEqual(
      expected === undefined ? undefined : { type, from: at(from ?? ''), partnerId, previousPartnerId },
    );
  });
});

const uuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const wire = (prefix: string, n: number): string => `${prefix}_${uuid(n).replaceAll('-', '')}`;
const [ANN, BOB] = [uuid(1), uuid(2)];

function bond(day: string, partnerId: string | null, more: Partial<Attribution> = {}): Attribution {
  return { from: at(day), partnerId, winner: null, losers: [], ...more };
}

const TO_BOB: BondChange = {
  type: 'customer.reassigned',
  from: at('05'),
  partnerId: BOB,
  previousPartnerId: ANN,
};
const TO_ANN: BondChange = {
  type: 'customer.attributed',
  from: at('05'),
  partnerId: ANN,
  previousPartnerId: null,
};

function told(change: BondChange, attributions: Attribution[], more: Partial<BondNotice> = {}) {
  const notice = describeBondChange({
    programId: uuid(8),
    programNow: at('20'),
    customerId: uuid(9),
    name: { namespace: 'customer', value: '17' },
    change,
    attributions,
    mergedInto: undefined,
    changeSetId: null,
    refs: new Map([[BOB, 'own-bob']]),
    sequence: 3,
    ...more,
  });
  return notice as { type: string; timestamp: string; data: Record<string, unknown> };
}

describe('the message about a customer', () => {
  const winner = { kind: 'code', partnerId: ANN, code: 'ANN1', campaign: 'spring', linkId: uuid(5) } as const;

  test('of a first partner names who, since when, and by what', () => {
    const first = bond('05', ANN, { winner: { ...winner, at: at('04'), originId: 'o' } });
    expect(told(TO_ANN, [bond('', null), first])).toEqual({
      type: 'customer.attributed',
      timestamp: '2026-03-20T00:00:00.000Z',
      data: {
        programId: wire('prg', 8),
        customerId: wire('cus', 9),
        customer: { namespace: 'customer', value: '17' },
        sequence: 3,
        effectiveFrom: '2026-03-05T00:00:00.000Z',
        partnerId: wire('prt', 1),
        partnerRef: null,
        by: 'code',
        campaign: 'spring',
        linkId: wire('lnk', 5),
        code: 'ANN1',
        changeSetId: null,
        reason: null,
        sentence: 'The customer has a partner from this instant on.',
        bonds: [{ from: '2026-03-05T00:00:00.000Z', partnerId: wire('prt', 1), partnerRef: null }],
      },
    });
  });

  test('of another partner names the one before, and the change set that did it', () => {
    const { data } = told(TO_BOB, [bond('', ANN), bond('05', BOB)], { changeSetId: uuid(7) });
    expect(data).toMatchObject({
      partnerId: wire('prt', 2),
      partnerRef: 'own-bob',
      previousPartnerId: wire('prt', 1),
      previousPartnerRef: null,
      mergedInto: null,
      by: null,
      campaign: null,
      linkId: null,
      code: null,
      changeSetId: wire('chg', 7),
      sentence: 'The customer has another partner from this instant on.',
      bonds: [
        { from: null, partnerId: wire('prt', 1), partnerRef: null },
        { from: '2026-03-05T00:00:00.000Z', partnerId: wire('prt', 2), partnerRef: 'own-bob' },
      ],
    });
  });

  test('of nobody any more says so', () => {
    const { data } = told({ ...TO_BOB, partnerId: null }, [bond('', ANN), bond('05', null)]);
    expect(data).toMatchObject({
      partnerId: null,
      partnerRef: null,
      sentence: 'The customer has no partner from this instant on.',
    });
  });

  test('of a change from the beginning on has no instant', () => {
    expect(told({ ...TO_BOB, from: at('') }, [bond('', BOB)]).data['effectiveFrom']).toBeNull();
  });

  test('of a bond that says why it is so gives its reason', () => {
    const { data } = told(TO_BOB, [bond('', ANN), bond('05', BOB, { reason: 'self_referral' })]);
    expect(data).toMatchObject({
      reason: 'self_referral',
      sentence: reasonSentence('self_referral', 'operator'),
    });
  });

  test('of a customer that was merged away says with whom it lives', () => {
    const { data } = told(TO_BOB, [bond('05', BOB, { reason: 'self_referral' })], { mergedInto: uuid(6) });
    expect(data).toMatchObject({ mergedInto: wire('cus', 6), reason: 'merged' });
  });

  test('leaves out bonds that change nobody', () => {
    const bonds = [bond('', null), bond('02', ANN), bond('03', ANN), bond('04', null), bond('05', ANN)];
    expect((told(TO_ANN, bonds).data['bonds'] as { from: string }[]).map(({ from }) => from)).toEqual([
      '2026-03-02T00:00:00.000Z',
      '2026-03-04T00:00:00.000Z',
      '2026-03-05T00:00:00.000Z',
    ]);
  });

  test('names partners of the change and of every bond, and nobody is none of them', () => {
    expect(partnersOfChange(TO_BOB, [bond('', 'cat'), bond('05', null)])).toEqual([BOB, ANN, 'cat']);
    expect(partnersOfChange(TO_ANN, [])).toEqual([ANN]);
  });
});

describe('what a turn has to tell of a customer', () => {
  const due = { lane: 4, customerId: 'old', programId: 'p' };
  const program = buildProgram();
  const scope = { context: bonds('01:a') };
  const row = { context: bonds('01:-'), namespace: 'customer', value: '17', changeSetId: 'set' };

  test('is the change with the name and change set of its row', () => {
    expect(listDecidedBonds({ due, program, row, scope }, undefined)).toEqual([
      {
        ...due,
        name: { namespace: 'customer', value: '17' },
        change: { type: 'customer.attributed', from: at('01'), partnerId: 'a', previousPartnerId: null },
        attributions: scope.context.attributions,
        changeSetId: 'set',
        mergedInto: undefined,
      },
    ]);
  });

  test('is under the name that was found, where one was', () => {
    const name = { namespace: 'mt5', value: '5' };
    expect(listDecidedBonds({ due, program, row, scope }, name)[0]?.name).toEqual(name);
  });

  test('is a first partner for a customer that has no row yet', () => {
    expect(listDecidedBonds({ due, program, row: undefined, scope }, undefined)).toMatchObject([
      { name: { namespace: '', value: '' }, changeSetId: null, change: { type: 'customer.attributed' } },
    ]);
  });

  test('says with whom a merged customer lives', () => {
    const merged = buildProgram({ merges: { old: { into: 'new', at: at('01') } } });
    expect(listDecidedBonds({ due, program: merged, row, scope }, undefined)[0]?.mergedInto).toBe('new');
  });

  test.each([
    ['nothing stays different', { row: { ...row, context: scope.context }, scope }],
    ['only executions were judged', { row, scope: undefined }],
  ])('is nothing when %s', (_name, judged) => {
    expect(listDecidedBonds({ due, program, ...judged }, undefined)).toEqual([]);
  });
});
