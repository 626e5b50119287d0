import { ExactNumber, isJsonObject, parseJson } from '../../kernel/json.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { parseEpochSeconds } from '../../kernel/instant.ts';
import { isCurrency } from '../../kernel/money.ts';
import { accept, refuse } from '../../kernel/outcome.ts';
import type { Outcome } from '../../kernel/outcome.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';
import type { ReadRates } from './facts.ts';
import { readRate } from './published.ts';

/**
 * Reads `latest.json` or `historical/YYYY-MM-DD.json` of Open Exchange Rates: in force from `timestamp` (seconds). Codes that are no
 * currency here (metals, funds) are named and left out. Refuses with `bad_json`, `bad_format`, `bad_time`, `bad_amount`.
 */
export function readOxr(text: string): Outcome<ReadRates> {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const { value } = parsed.value;
  const body = isJsonObject(value) ? value : {};
  const { base, rates: told, timestamp } = body;
  if (typeof base !== 'string' || told === undefined || !isJsonObject(told))
    return refuse(
      'bad_format',
      'the file is no answer of Open Exchange Rates: it needs timestamp, base and rates',
    );
  const validFrom = parseEpochSeconds(textOf(timestamp));
  if (!validFrom.ok) return refuse('bad_time', `timestamp: ${validFrom.detail}`);
  if (!isCurrency(base))
    return refuse('bad_currency', `base: "${String(base).slice(0, 20)}" is no known currency`);
  const rates: DatedRate[] = [];
  const unknown: string[] = [];
  for (const [quote, rate] of Object.entries(told)) {
    if (quote === base) continue;
    const written = { base, quote, rate: textOf(rate), validFrom: validFrom.value };
    const read = readRate('oxr', { ...written, place: `rates.${quote.slice(0, 20)}` });
    if (!read.ok) return read;
    if (read.value === undefined) unknown.push(quote);
    else rates.push(read.value);
  }
  return accept({ rates, unknown });
}

function textOf(value: JsonValue | undefined): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return value instanceof ExactNumber ? value.source : '';
}
