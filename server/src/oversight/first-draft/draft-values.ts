// How times and amounts of a sample are written.
import { guessNumberStyle, guessTimeFormat } from '../../pipeline/mapping/index.ts';
import type { Sureness } from './facts.ts';
import { isNamedFor } from './roles.ts';
import type { Role } from './roles.ts';
import type { SampleField } from './sample-fields.ts';

type Roles = ReadonlyMap<Role, readonly SampleField[]>;
type Say = (at: string, sure: Sureness, says: string) => void;

const AT = '$.rules[0].event';

/** `occurredAt`, and what becomes of rows without a time where the sample has some. */
export function draftTime(
  rows: number,
  fields: readonly SampleField[],
  settings: Record<string, object>,
  say: Say,
): Record<string, unknown> {
  const chosen = cover(rows, fields);
  const [first] = chosen;
  if (first === undefined) {
    say(
      `${AT}.whenNoTime`,
      'missing',
      'no field of the sample tells a time: an event then happened when it came in',
    );
    return { occurredAt: { path: 'occurred_at', format: 'iso' }, whenNoTime: 'receivedAt' };
  }
  const texts = chosen.flatMap((field) => [...field.values.values()]);
  const { formats, isUnclear } = formatsOf(texts);
  const at = `${AT}.occurredAt`;
  const isWall = formats.some((format) => typeof format === 'object' || format === 'local');
  if (isUnclear)
    say(
      at,
      'guess',
      `is ${texts[0]} written month first? No date of the sample has a day above 12, so look it up: M/D/YYYY or D/M/YYYY`,
    );
  else
    say(
      at,
      chosen.length > 1 || fields.length > 1 || !isNamedFor('occurredAt', first) ? 'guess' : 'found',
      'when it happened in the world; not when it was sent',
    );
  const isUtc = chosen.every((field) => /_(?:utc|gmt)$/.test(field.name));
  if (isWall && !isUtc) {
    settings['zone'] = {
      type: 'zone',
      description: 'zone of the clock that times are written in',
      required: true,
    };
    say(
      '$.settings.zone',
      'missing',
      'times come without an offset; ask the vendor for their zone and set it, such as --set zone=Europe/Nicosia',
    );
  }
  const zone = isUtc ? { const: 'UTC' } : { setting: 'zone' };
  const path = chosen.map((field) => field.path);
  return {
    occurredAt: {
      path: path.length === 1 ? first.path : path,
      format: formats.length === 1 ? formats[0] : formats,
      ...(isWall ? { zone } : {}),
    },
  };
}

/** The likeliest field, and others for the rows that it leaves out. */
function cover(rows: number, fields: readonly SampleField[]): SampleField[] {
  const chosen: SampleField[] = [];
  const covered = new Set<number>();
  for (const field of fields) {
    if (covered.size === rows) break;
    if (![...field.values.keys()].some((row) => !covered.has(row))) continue;
    for (const row of field.values.keys()) covered.add(row);
    chosen.push(field);
  }
  return chosen;
}

/** All formats that the texts need. Where some dates can only be read day first, or month first, all are read so. */
function formatsOf(texts: readonly string[]): { formats: unknown[]; isUnclear: boolean } {
  const byName = new Map<string, unknown>();
  for (const text of texts) {
    const format = guessTimeFormat(text);
    byName.set(JSON.stringify(format), format);
  }
  const slashed = texts.flatMap((text) => {
    const m = /^(\d{1,2})[/](\d{1,2})[/]\d{2,4}/.exec(text);
    return m === null ? [] : [{ first: Number(m[1]), second: Number(m[2]) }];
  });
  const isDayFirst = slashed.some(({ first }) => first > 12);
  const isMonthFirst = slashed.some(({ second }) => second > 12);
  const names = [...byName.keys()].filter((name) => !(isDayFirst && name.includes('"M/D/')));
  return {
    formats: names.map((name) => byName.get(name)),
    isUnclear: slashed.length > 0 && !isDayFirst && !isMonthFirst,
  };
}

/** `amount` and `currency`, with the unit and the signs that they are written with. */
export function draftAmount(
  roles: Roles,
  settings: Record<string, object>,
  say: Say,
): Record<string, unknown> {
  const field = roles.get('amount')?.[0];
  if (field === undefined) {
    say(`${AT}.amount`, 'missing', 'no field of the sample is an amount; money without one is quarantined');
    return { amount: { path: 'write_the_path_of_the_amount' }, ...draftCurrency(roles, settings, say) };
  }
  const texts = [...field.values.values()];
  const style = texts.map(guessNumberStyle).find((one) => one !== undefined);
  const isNamedMinor = /minor|cents/.test(field.name);
  const isWhole = texts.every((text) => /^-?\d+$/.test(text));
  // Without a kind of its own a negative row is no deposit: it stays as it is, and is quarantined.
  const isNegative = roles.has('kind') && texts.some((text) => /^[-(]|-$/.test(text));
  if (isNamedMinor) say(`${AT}.amount`, 'found', 'in cents, by its name');
  else if (isWhole)
    say(`${AT}.amount`, 'guess', `is ${texts[0]} whole money? Where it means cents, add: unit: minor`);
  else if (isNegative)
    say(
      `${AT}.amount`,
      'guess',
      'negative in the sample; an event has an amount above zero, so the sign is left out',
    );
  else
    say(
      `${AT}.amount`,
      style === undefined ? 'found' : 'guess',
      'what the customer paid or took, before fees',
    );
  return {
    amount: {
      path: field.path,
      ...style,
      ...(isNamedMinor ? { unit: 'minor' } : {}),
      ...(isNegative ? { sign: 'absolute' } : {}),
    },
    ...draftCurrency(roles, settings, say),
  };
}

function draftCurrency(roles: Roles, settings: Record<string, object>, say: Say): Record<string, unknown> {
  const currency = roles.get('currency')?.[0];
  if (currency !== undefined) return { currency: currency.path };
  settings['currency'] = { type: 'currency', description: 'currency of amounts', required: true };
  say(
    '$.settings.currency',
    'missing',
    'no field of the sample is a currency; set it, such as --set currency=EUR',
  );
  return { currency: { setting: 'currency' } };
}
