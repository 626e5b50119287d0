// What a draft of a mapping would make of items in quarantine. Pure: what is stored and the draft give the answer.
import type { CompiledMapping, MappedDelivery, MappedItem } from '../../pipeline/mapping/index.ts';
import { findRow, itemsOfRow } from './look-again.ts';
import type { ReadableDelivery } from './look-again.ts';

export type Become = MappedItem | { readonly outcome: 'gone'; readonly path: string };

/** What one item would become: usually one outcome; several where its row tells several events. */
export function previewItem(
  item: { readonly path: string },
  delivery: ReadableDelivery,
  { mapping, mapped }: { mapping: Pick<CompiledMapping, 'rows'>; mapped: MappedDelivery },
): Become[] {
  if (delivery.body === null) return [{ outcome: 'gone', path: item.path }];
  if (mapped.outcome === 'empty')
    return [{ outcome: 'ignored', path: '$', reason: mapped.reason, detail: mapped.detail }];
  if (mapped.outcome === 'refused')
    return [{ outcome: 'quarantined', path: mapped.path, reason: mapped.reason, detail: mapped.detail }];
  const items = itemsOfRow(mapped.items, findRow(item.path, delivery, mapping), item.path);
  return items.length === 0 ? [{ outcome: 'gone', path: item.path }] : items;
}

/** One word for what became of an item with several outcomes: what still needs a person comes first. */
export function summarize(outcomes: readonly Become[]): Become['outcome'] | 'refused' {
  const order: readonly (Become['outcome'] | 'refused')[] = [
    'quarantined',
    'refused',
    'event',
    'ignored',
    'gone',
  ];
  return order.find((one) => outcomes.some((outcome) => outcome.outcome === one)) ?? 'gone';
}
