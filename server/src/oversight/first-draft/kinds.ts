// What the words of a code say about the kind of an event. A guess, shown as one.
import type { EventKind } from '../../pipeline/mapping/facts.ts';
import { nameOf } from './sample-fields.ts';

/** The first that fits is taken, so what takes money back stands before what brings it. */
const KIND_WORDS: readonly (readonly [EventKind, RegExp])[] = [
  ['chargeback', /charge_?back|dispute/],
  ['refund', /refund/],
  ['first_deposit', /first_?(?:time_?)?(?:deposit|payment)|(?:^|_)ftd(?:_|$)|initial_(?:deposit|fund)/],
  ['withdrawal', /withdraw|cash_?out|money_out|pay_?out/],
  ['deposit', /deposit|top_?up|pay_?in(?:_|$)|money_in|cash_?in|funding|funds_(?:in|added)|einzahlung/],
  ['self_excluded', /self_?exclu/],
  ['account_closed', /account_?clos|closed_account/],
  [
    'registration',
    /regist|sign_?up|(?:customer|client|user|trader|player|account|lead)_(?:was_)?(?:creat|open|new|added)|(?:new|open)_(?:customer|client|user|trader|player|account|lead)/,
  ],
  ['deposit', /(?:^|_)payment(?:_|$)/],
];

/** The kind that a code likely means; undefined where its words say none. */
export function guessKind(code: string): EventKind | undefined {
  const name = nameOf([code]);
  return KIND_WORDS.find(([, words]) => words.test(name))?.[0];
}

/** Kinds that carry an amount and may be told before the money is there. */
export function isMoneyKind(kind: string): boolean {
  return ['first_deposit', 'deposit', 'withdrawal', 'chargeback', 'refund'].includes(kind);
}
