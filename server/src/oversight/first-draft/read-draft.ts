// What a draft makes of the samples that it came from, so that its author sees at once what is right and what is not.
import { checkMapping, compileMapping } from '../../pipeline/mapping/index.ts';
import type { MappedItem, SourceSettings } from '../../pipeline/mapping/index.ts';

export interface DraftReading {
  /** Number of the sample, from 1. */
  readonly sample: number;
  readonly path: string;
  readonly outcome: MappedItem['outcome'];
  readonly says: string;
}

const MOST_READINGS = 50;

/** `needs`: settings without which the draft cannot read; then `reads` is null. */
export function readDraft(
  document: object,
  given: {
    readonly samples: readonly string[];
    readonly settings: SourceSettings;
    readonly receivedAt: number;
  },
): { needs: string[]; reads: DraftReading[] | null } {
  const { samples, receivedAt } = given;
  const declared = (document as { settings?: object }).settings ?? {};
  // One that the draft does not ask for is no mistake here: whoever reads samples gives what he knows.
  const settings = Object.fromEntries(
    Object.entries(given.settings).filter(([name]) => Object.hasOwn(declared, name)),
  );
  const problems = checkMapping(document, settings);
  if (problems.length > 0) {
    const needs = problems.flatMap(({ path }) => /^settings\.(\w+)/.exec(path)?.[1] ?? []);
    return { needs, reads: null };
  }
  const mapping = compileMapping(document, settings);
  const reads = samples.flatMap((body, index) => {
    const delivery = mapping.map({ body, receivedAt });
    if (delivery.outcome !== 'items') {
      const { detail: says } = delivery;
      return [{ sample: index + 1, path: '$', outcome: 'refused' as const, says }];
    }
    return delivery.items.map((item) => ({
      sample: index + 1,
      path: item.path,
      outcome: item.outcome,
      says: sayItem(item),
    }));
  });
  return { needs: [], reads: reads.slice(0, MOST_READINGS) };
}

function sayItem(item: MappedItem): string {
  if (item.outcome !== 'event') return `${item.reason}: ${item.detail}`;
  const { kind, externalId, occurredAt, identifiers, amount, currency, status } = item.event;
  return [
    kind,
    externalId,
    `at ${occurredAt}`,
    `of ${identifiers.map(({ namespace, value }) => `${namespace} ${value}`).join(', ')}`,
    ...(amount === undefined ? [] : [`${amount} ${currency ?? ''}`.trim()]),
    ...(status === undefined ? [] : [status]),
  ].join(' ');
}
