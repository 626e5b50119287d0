// A refusal is a value: functions that judge outside input return an Outcome and throw only for bugs.
import type { ReasonCode } from './reason.ts';

export interface Refusal {
  readonly ok: false;
  readonly reason: ReasonCode;
  /** What was seen and what would be right, for a person. */
  readonly detail: string;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | Refusal;

export function accept<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refuse(reason: ReasonCode, detail: string): Refusal {
  return { ok: false, reason, detail };
}

/** The value of an accepted outcome. Throws a RangeError with the reason otherwise: for values that our own code wrote. */
export function getValue<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new RangeError(`${outcome.reason}: ${outcome.detail}`);
}
