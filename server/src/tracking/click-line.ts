import type { ClickMark } from './link-book.ts';

// A visit as a line of the spool: what the redirect knew, and nothing that can be found out later. Never the full address.

/** In this order on the line. */
export interface SpooledClick {
  readonly programId: string;
  readonly linkId: string;
  readonly partnerId: string;
  /** The program's now, milliseconds: as the click id says. */
  readonly clickedMillis: number;
  /** Real time, milliseconds. */
  readonly receivedMillis: number;
  /** The random part of the click id, base64url. */
  readonly nonce: string;
  readonly ipShort: string;
  readonly country: string;
  readonly userAgent: string;
  readonly referrer: string;
  readonly target: string;
  readonly subs: Readonly<Record<string, string>>;
  readonly marks: readonly ClickMark[];
  /** As it was minted; '' on lines that were written before lines had it, and then it is minted again. */
  readonly clickId: string;
}

/** One line with its end. Text has no line breaks in JSON, so a line is whole exactly when it ends. */
export function formatClickLine(click: SpooledClick): string {
  return `${JSON.stringify([
    click.programId,
    click.linkId,
    click.partnerId,
    click.clickedMillis,
    click.receivedMillis,
    click.nonce,
    click.ipShort,
    click.country,
    click.userAgent,
    click.referrer,
    click.target,
    click.subs,
    click.marks,
    click.clickId,
  ])}\n`;
}

/** Undefined for what formatClickLine cannot have written whole. */
export function parseClickLine(line: string): SpooledClick | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!Array.isArray(fields) || (fields.length !== 14 && fields.length !== 13)) return undefined;
  const [programId, linkId, partnerId, clickedMillis, receivedMillis, nonce, ipShort, country, ...rest] =
    fields;
  const [userAgent, referrer, target, subs, marks, clickId = ''] = rest;
  const texts = [programId, linkId, partnerId, nonce, ipShort, country, userAgent, referrer, target, clickId];
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  if (!Number.isSafeInteger(clickedMillis) || !Number.isSafeInteger(receivedMillis)) return undefined;
  if (typeof subs !== 'object' || subs === null || !Array.isArray(marks)) return undefined;
  return {
    programId,
    linkId,
    partnerId,
    clickedMillis,
    receivedMillis,
    nonce,
    ipShort,
    country,
    userAgent,
    referrer,
    target,
    subs,
    marks,
    clickId,
  };
}

/** The whole lines of a segment, and how many could not be read: torn by a crash, at its end as a rule. */
export function parseClickLines(text: string): { readonly clicks: SpooledClick[]; readonly torn: number } {
  const lines = text.split('\n');
  // What stands behind the last line end is a line that was not finished; nothing stands there as a rule.
  let torn = lines.pop() === '' ? 0 : 1;
  const clicks: SpooledClick[] = [];
  for (const line of lines) {
    const click = parseClickLine(line);
    if (click === undefined) torn += 1;
    else clicks.push(click);
  }
  return { clicks, torn };
}
