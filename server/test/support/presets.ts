// What a preset makes of a delivery, in a form that a test can write down whole: events as they are, everything else as one line.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { instantFromIso } from '../../src/kernel/instant.ts';
import { reduceDelivery, reductionOf } from '../../src/pipeline/intake/reduce.ts';
import { compileMapping } from '../../src/pipeline/mapping/index.ts';
import type {
  CanonicalEvent,
  DeliveryInput,
  MappedDelivery,
  SourceSettings,
} from '../../src/pipeline/mapping/index.ts';

/** An event, or "<outcome> <reason>" of a row that gives none. */
export type Told = CanonicalEvent | string;

export interface Delivered {
  readonly feed?: string;
  readonly contentType?: string;
  readonly query?: readonly (readonly [string, string])[];
  /** ISO; default the start of 2026, later than every sample. */
  readonly receivedAt?: string;
}

/** The delivery through the document with these settings, as a door does it: first reduced, then mapped. A body that is no text is written as JSON. */
export function mapWith(
  document: object,
  settings: SourceSettings,
  body: unknown,
  delivered: Delivered = {},
): MappedDelivery {
  const mapping = compileMapping(document, settings);
  const reduced = reduceDelivery(
    {
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      query: new URLSearchParams(
        (delivered.query ?? []).map(([name, value]): [string, string] => [name, value]),
      ).toString(),
      contentType: delivered.contentType ?? '',
    },
    reductionOf(mapping),
  );
  const input: DeliveryInput = {
    body: reduced.body,
    receivedAt: instantFromIso(delivered.receivedAt ?? '2026-01-01T00:00:00Z'),
    ...(delivered.feed === undefined ? {} : { feed: delivered.feed }),
    ...(delivered.contentType === undefined ? {} : { contentType: delivered.contentType }),
    ...(delivered.query === undefined ? {} : { query: [...new URLSearchParams(reduced.query)] }),
  };
  return mapping.map(input);
}

/** One entry per item, in order; a delivery without items is one line. */
export function tellAll(mapped: MappedDelivery): Told[] {
  if (mapped.outcome !== 'items') return [`${mapped.outcome} ${mapped.reason}`];
  return mapped.items.map((item) =>
    item.outcome === 'event' ? item.event : `${item.outcome} ${item.reason}`,
  );
}

const SAMPLES =
  process.env['PLUMBLINE_SAMPLES'] ??
  join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/samples');

/** A file of the folder of sample payloads, which is no part of this repository; undefined where the folder is not there. */
export function findSample(path: string): string | undefined {
  const file = join(SAMPLES, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** One line per item: what it says in the words that matter, so that a table of payloads can be read at a glance. */
export function sayAll(mapped: MappedDelivery): string[] {
  return tellAll(mapped).map((told) => (typeof told === 'string' ? told : sayEvent(told)));
}

function sayEvent(event: CanonicalEvent): string {
  const { kind, externalId, part, amount, currency, identifiers, link } = event;
  const said: (string | undefined | false)[] = [
    kind,
    `${externalId}${part === '' ? '' : `/${part}`}`,
    amount !== undefined && `${amount} ${currency ?? ''}`,
    event.bonusPart !== undefined && `bonus ${event.bonusPart}`,
    event.status !== undefined && event.status,
    event.kyc?.status,
    event.payout !== undefined &&
      `${event.payout.status}${event.payout.fee === undefined ? '' : ` fee ${event.payout.fee}`}`,
    event.originalId !== undefined && `of ${event.originalId}`,
    event.clickId !== undefined && `click ${event.clickId}`,
    event.code !== undefined && `code ${event.code}`,
    event.country,
    event.test === true && 'test',
    link !== undefined &&
      `${link.namespace} ${link.value} is ${link.customerNamespace} ${link.customerValue}`,
    event.occurredAtAssumed === true ? 'at receipt' : event.occurredAt,
    `for ${identifiers.map(({ namespace, value }) => `${namespace}:${value}`).join(' ')}`,
  ];
  return said.filter((word) => typeof word === 'string').join(', ');
}

/** True where the folder of sample payloads is there. */
export const HAVE_SAMPLES = existsSync(SAMPLES);

/** A file of that folder; throws where it is not there. */
export function readSample(path: string): string {
  return readFileSync(join(SAMPLES, path), 'utf8');
}

/** A payload of our own in a vendor's shape, and what it tells, one line per item (sayAll). */
export interface PresetCase {
  readonly title: string;
  readonly body: unknown;
  readonly settings?: SourceSettings;
  readonly delivered?: Delivered;
  readonly gives: readonly string[];
}

/** A postback's query in a vendor's shape, and what it tells in the words of sayPostback. */
export interface PostbackCase {
  readonly query: string;
  readonly settings?: SourceSettings;
  readonly gives: string;
}

/** Kind, record type, id, amount, currency, status as sent, click id; or what became of it instead. */
export function sayPostback(document: object, settings: SourceSettings, query: string): string {
  const told = tellAll(mapWith(document, settings, '', { query: [...new URLSearchParams(query)] }));
  return told.map((one) => (typeof one === 'string' ? one : sayConversion(one))).join('; ');
}

function sayConversion(event: CanonicalEvent): string {
  const {
    kind,
    recordType,
    externalId,
    amount = '-',
    currency = '-',
    rawStatus = '-',
    clickId = '-',
  } = event;
  return [kind, recordType, externalId, amount, currency, rawStatus, `click:${clickId}`].join(' ');
}
