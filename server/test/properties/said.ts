// The words of statements: what a fact and a report are, and how the numbers of a world are written.
import type { Mac } from '../../src/tracking/token.ts';
import type { Mt5Row } from './mt5-rows.ts';
import type { LinkParts, Minute, World } from './world.ts';

export const BEGIN = Date.parse('2026-01-01T00:00:00Z');

/** The one instant at which everything is said; after all that happened, and while some holds last. */
export const NOW = '2026-03-16T12:00:00.000Z';

/** A minute of the world that comes after it, while it may be told already. */
export const AFTER_NOW = (Date.parse(NOW) - BEGIN) / 60_000 + 60;

/** What was made before anything is said; the same in every variant. Ids are uuids. */
export interface Stage {
  readonly programId: string;
  readonly partnerIds: readonly string[];
  readonly linkIds: readonly string[];
  readonly tokens: Readonly<Record<SourceName, string>>;
  readonly clickMac: Mac;
}

export type SourceName = 'crm' | 'shop' | 'live';

export interface Call {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly body: object;
}

/** A fact that is written by API. `call` is undefined while it names something that is not there yet. */
export interface Fact {
  readonly tag: 'fact';
  readonly name: string;
  readonly feature: string;
  /** Taken back by another statement: the two together are as if nothing had been said. */
  readonly undone?: boolean;
  /** It answers 404 or 409 for as long as something that it needs is on its way. */
  readonly mayComeLater?: boolean;
  call(known: ReadonlyMap<string, string>): Call | undefined;
}

/** A report of an outside system, in every form in which a door takes it. */
export interface Report {
  readonly tag: 'report';
  readonly name: string;
  readonly feature: string;
  readonly source: SourceName;
  readonly at: Minute;
  /** In our own shape; a platform has none. */
  readonly event?: Readonly<Record<string, unknown>>;
  /** As parameters of a postback; absent where these cannot say it. */
  readonly postback?: Readonly<Record<string, string>>;
  /** As a row of MetaTrader 5. */
  readonly row?: Mt5Row;
}

export type Statement = Fact | Report;

export function timeOf(minute: Minute): string {
  return new Date(BEGIN + minute * 60_000).toISOString();
}

export const customerName = (customer: number): string => `c${customer}`;

export const loginName = (login: number): string => `90${login}`;

export function kycName(status: number): 'pending' | 'passed' | 'failed' {
  return (['pending', 'passed', 'failed'] as const)[status] ?? 'passed';
}

export const codeName = (code: number): string => `CODE${code}`;

/** Attribution and geography of a program. */
export function settingsOf(world: Pick<World, 'winner' | 'finality' | 'geo'>): object {
  const { winner, finality, geo } = world;
  return {
    attribution: { windowDays: 30, winner, finality },
    geo: { blocked: geo.blocked, countryFrom: geo.countryFrom },
  };
}

/** A span that would end before it begins lasts a day instead. */
export function endOf(from: Minute | null, to: Minute): Minute {
  return from !== null && to <= from ? from + 1440 : to;
}

/** A link that would end before it begins lasts a day instead. */
export function boundsOf({ from, to }: LinkParts): { from: Minute | null; to: Minute | null } {
  return { from, to: to === null ? null : endOf(from, to) };
}
