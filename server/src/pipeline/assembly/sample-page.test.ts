import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { execution } from '../../../test/support/evidence.ts';
import { mt5 } from '../../connectors/mt5/index.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import { groupKeyOf, pairKeyOf } from '../identity/group.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { compileMapping } from '../mapping/index.ts';
import { assembleGroup } from './assemble.ts';

const PAGE = new URL('../../connectors/mt5/fixtures/deal_get_page_strings.json', import.meta.url);

function listExecutions(): PlacedEvent[] {
  const mapped = compileMapping(mt5.document, { server: 'live-1', zone: 'UTC' }).map({
    body: readFileSync(PAGE, 'utf8'),
    receivedAt: instantFromIso('2024-07-03T00:00:00Z'),
  });
  if (mapped.outcome !== 'items') throw new Error(mapped.detail);
  return mapped.items.flatMap((item) => {
    if (item.outcome !== 'event') return [];
    const { event } = item;
    const base = execution({ id: event.externalId, at: instantFromIso(event.occurredAt) });
    return [{ ...base, content: event, groupKey: groupKeyOf(event), pairKey: pairKeyOf(event) }];
  });
}

test('the sample page of MetaTrader 5 gives the trades that its README names, in any order of its rows', () => {
  const executions = listExecutions();
  const expected = {
    11918642: 'none opens_position',
    11918643: 'EURUSD long 0.5, 59.976 s, 1.07215 to 1.07315',
    11918650: 'EURUSD long 1, 89399.904 s, 1.07215 to 1.07115',
    11918660: 'none opens_position',
    11918661: 'XAUUSD long 0.01, 30 s, 2330.15 to 2331.15',
    11918670: 'XAUUSD short 0.02, 3970.008 s, 2331.15 to 2332',
    11918700: 'none trade_service_row',
  };
  for (const rows of [executions, [...executions].reverse()]) {
    const told: Record<string, string> = {};
    for (const key of new Set(rows.map((event) => event.groupKey))) {
      const group = rows.filter((event) => event.groupKey === key);
      const legs = rows.filter((event) => event.pairKey !== null);
      for (const [eventId, outcome] of assembleGroup(group, legs)) {
        const id = group.find((event) => event.eventId === eventId)?.content.externalId ?? '';
        const trade = outcome.kind === 'trade' ? outcome.trade : undefined;
        told[id] =
          trade === undefined
            ? `${outcome.kind} ${outcome.kind === 'trade' ? '' : outcome.reason}`
            : `${trade.symbol} ${trade.side} ${trade.lots}, ${(trade.closedAt - trade.openedAt) / 1e6} s, ${trade.openPrice} to ${trade.closePrice}`;
      }
    }
    expect(told).toEqual(expected);
  }
});
