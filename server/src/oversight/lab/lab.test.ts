import { describe, expect, it } from 'vitest';
import { at, buildProgram, dealDocument } from '../../../test/support/evidence.ts';
import { LabBook } from './lab-book.ts';
import { programUnder } from './program-after.ts';

const ANN = '00000000-0000-8000-8000-00000000000a';
const BOB = '00000000-0000-8000-8000-00000000000b';
const DRAFT = '00000000-0000-8000-8000-0000000000dd';
const deal = (rate: string) =>
  dealDocument({ currency: 'USD', components: [{ id: 'lots', kind: 'per_lot', rates: [{ rate }] }] });
const now = at('2026-04-01T00:00:00Z');

describe('the program under a draft', () => {
  const program = buildProgram({
    parents: { [BOB]: ANN },
    deals: {
      [BOB]: [
        { from: at('2026-01-01T00:00:00Z'), document: deal('1') },
        { from: at('2026-03-01T00:00:00Z'), document: deal('2') },
      ],
    },
    defaultDeal: deal('7'),
  });

  it('has the draft in place of every later version of the same owner, and of nobody else', () => {
    const from = at('2026-02-01T00:00:00Z');
    const after = programUnder(
      program,
      { deal: { partnerId: BOB, from, document: deal('9') }, move: null },
      DRAFT,
    );
    expect(after.dealsOf.get(BOB)?.map(({ id, effectiveFrom }) => [id === DRAFT, effectiveFrom])).toEqual([
      [false, at('2026-01-01T00:00:00Z')],
      [true, from],
    ]);
    expect(after.defaultDeals).toBe(program.defaultDeals);
    expect(program.dealsOf.get(BOB)?.length).toBe(2);
  });

  it('has a partner in its new place until the next version of its parent', () => {
    const from = at('2026-02-01T00:00:00Z');
    const after = programUnder(
      program,
      { deal: null, move: { partnerId: BOB, parentId: null, from } },
      DRAFT,
    );
    expect(after.edges.get(BOB)?.at(-1)).toEqual({ parentId: null, effectiveFrom: from });
    expect(program.edges.get(BOB)?.at(-1)?.parentId).toBe(ANN);
  });
});

describe('what a run found', () => {
  const program = buildProgram({ parents: { [BOB]: ANN }, defaultDeal: deal('7') });
  const amount = (partnerId: string, month: string, amountMinor: bigint, currency = 'USD') => ({
    partnerId,
    month,
    amountMinor,
    currency,
    component: 'lots',
  });
  const looked = { customers: 1, events: 1, notComputed: [] };

  it('names the month in which a partner would lose most, and the dearest one of the program', () => {
    const book = new LabBook();
    for (const [month, before, after] of [
      ['2026-01', 500n, 400n],
      ['2026-02', 500n, 100n],
      ['2026-03', 0n, 900n],
    ] as const) {
      book.add('before', amount(BOB, month, before));
      book.add('after', amount(BOB, month, after));
    }
    book.addRevenue({ basis: 'ngr', value: '100', withoutRate: 0 });
    const result = book.result(program, now, looked);
    expect(result.money).toMatchObject([
      { partnerId: BOB, difference: '4.00', worst: { month: '2026-02', difference: '-4.00' } },
    ]);
    expect(result.dearest).toMatchObject({ month: '2026-03', difference: '9.00' });
    expect(result.cost).toMatchObject({ before: '10', after: '14', difference: '4' });
    expect(result.margin).toMatchObject({ before: '90', after: '86', difference: '-4' });
  });

  it('knows no cost where a rate of exchange is missing, and says each partner in its own currency', () => {
    const book = new LabBook();
    book.add('after', amount(ANN, '2026-01', 100n, 'EUR'));
    const result = book.result(program, now, looked);
    expect([result.cost.after, result.cost.difference, result.margin.after]).toEqual([null, null, null]);
    expect(result.money).toMatchObject([{ currency: 'EUR', after: '1.00' }]);
  });

  it('counts who wins, who loses, and who earns the same', () => {
    const book = new LabBook();
    book.add('before', amount(ANN, '2026-01', 100n));
    book.add('after', amount(ANN, '2026-01', 100n));
    book.add('after', amount(BOB, '2026-01', 100n));
    expect(book.result(program, now, looked).partners).toEqual({ winners: 1, losers: 0, unchanged: 1 });
  });
});
