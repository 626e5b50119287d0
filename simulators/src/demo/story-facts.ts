// The words of the story: who does what, when it happened and when it is told. Times are milliseconds since its beginning.
import type { Random } from '../random.ts';
import type { DemoPartner } from './structure.ts';

const HOUR_MS = 3_600_000;

/** A postback of the CRM, before it is put into words: a registration needs the click id that the link gave. */
export type Said =
  | { readonly kind: 'registration' }
  | { readonly kind: 'kyc'; readonly transaction: string; readonly status: 'pending' | 'passed' | 'failed' }
  | {
      readonly kind: 'deposit';
      readonly transaction: string;
      readonly amount: string;
      readonly status: 'pending' | 'approved';
    }
  | {
      readonly kind: 'chargeback';
      readonly transaction: string;
      readonly original: string;
      readonly amount: string;
    }
  | { readonly kind: 'broken'; readonly fields: Readonly<Record<string, string>> };

/** A deal of the platform, in the story's time. */
export interface StoryDeal {
  readonly deal: number;
  readonly position: number;
  readonly action: number;
  readonly entry: number;
  readonly reason: number;
  readonly symbol: string;
  readonly centilots: number;
  readonly profit: string;
  readonly comment: string;
}

/** One thing that is done at a moment of the story. */
export type Step = { readonly at: number; readonly customer: StoryCustomer } & (
  | { readonly kind: 'click' }
  | { readonly kind: 'say'; readonly happenedAt: number; readonly said: Said; readonly copies: number }
  | { readonly kind: 'link'; readonly happenedAt: number }
  | { readonly kind: 'deal'; readonly happenedAt: number; readonly deal: StoryDeal }
  | { readonly kind: 'cancel'; readonly deal: number }
);

export interface StoryCustomer {
  readonly number: number;
  /** Name in the CRM. */
  readonly name: string;
  readonly login: number;
  /** null: came by itself. */
  readonly partner: DemoPartner | null;
  readonly currency: string;
  readonly country: string;
  /** How the CRM learns of the login: at registration, by a later row, or never. */
  readonly linked: 'at_once' | 'later' | 'never';
}

/** What one customer's part of the story is made with. */
export interface Telling {
  readonly random: Random;
  readonly customer: StoryCustomer;
  readonly spanMs: number;
}

/** Most postbacks come at once, some hours or days late. */
export function delay(random: Random): number {
  return random.chance(0.06) ? random.between(2, 60) * HOUR_MS : 0;
}

/** How often the CRM says it: one in fourteen is said twice or three times. */
export function copies(random: Random): number {
  return random.chance(0.07) ? random.between(2, 3) : 1;
}
