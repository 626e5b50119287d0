import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { instantOfWall, parseWallText } from '../../kernel/zone.ts';
import { accept, refuse } from '../../kernel/outcome.ts';
import type { Outcome } from '../../kernel/outcome.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';
import type { ReadRates } from './facts.ts';
import { readRate } from './published.ts';

/** The ECB publishes its reference rates at about this time of a working day, in its own zone (connectors.md 9). */
const PUBLISHED_AT = '16:00:00';
const ZONE = 'Europe/Berlin';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  parseAttributeValue: false,
  parseTagValue: false,
  processEntities: false,
  isArray: (name) => name === 'Cube',
});

interface Cube {
  readonly time?: unknown;
  readonly currency?: unknown;
  readonly rate?: unknown;
  readonly Cube?: readonly Cube[];
}

/**
 * Reads `eurofxref-daily.xml`, `-hist-90d.xml` or `-hist.xml` of the European Central Bank: euro base, one list of rates a day. A missing
 * currency, and a day without rates, are normal. Codes that ended long ago are named and left out. Refuses with `bad_format`, `bad_time`, `bad_amount`.
 */
export function readEcb(text: string): Outcome<ReadRates> {
  const valid = XMLValidator.validate(text);
  if (valid !== true) return refuse('bad_format', `line ${valid.err.line}: ${valid.err.msg}`);
  const document = parser.parse(text) as { Envelope?: { Cube?: readonly Cube[] } };
  const days = (document.Envelope?.Cube ?? []).flatMap((outer) => outer.Cube ?? []);
  if (days.length === 0) return refuse('bad_format', 'the file holds no days of ECB reference rates');
  const rates: DatedRate[] = [];
  const unknown = new Set<string>();
  for (const day of days) {
    const date = typeof day.time === 'string' ? day.time : '';
    const wall = parseWallText(`${date} ${PUBLISHED_AT}`);
    if (!wall.ok) return refuse('bad_time', `Cube time='${date.slice(0, 20)}': ${wall.detail}`);
    const validFrom = instantOfWall(wall.value, ZONE);
    for (const { currency, rate } of day.Cube ?? []) {
      const quote = String(currency ?? '');
      const written = { base: 'EUR', quote, rate: String(rate ?? ''), validFrom };
      const read = readRate('ecb', { ...written, place: `${date} ${quote.slice(0, 20)}` });
      if (!read.ok) return read;
      if (read.value === undefined) unknown.add(quote.slice(0, 20));
      else rates.push(read.value);
    }
  }
  return accept({ rates, unknown: [...unknown] });
}
