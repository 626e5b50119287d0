/** One line of the doctor's table. `advice` says what to do; empty when nothing is wrong. */
export interface Finding {
  readonly subject: string;
  readonly state: 'ok' | 'wrong' | 'unknown';
  readonly found: string;
  readonly advice: string;
}

export function ok(subject: string, found: string): Finding {
  return { subject, state: 'ok', found, advice: '' };
}

export function wrong(subject: string, found: string, advice: string): Finding {
  return { subject, state: 'wrong', found, advice };
}

/** Could not be looked at, because something else is wrong or not running; not a failure by itself. */
export function unknown(subject: string, found: string): Finding {
  return { subject, state: 'unknown', found, advice: '' };
}
