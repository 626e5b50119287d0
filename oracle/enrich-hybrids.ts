// Terms that came later: theoretical GGR, CPA and RevShare for the same customers, limits of a day and a week (docs/deals.md).
import { change, hasKind, TRADES } from './enrich-parts.ts';
import type { Addition } from './enrich-parts.ts';
import type { ComponentDocument, World } from './world.ts';

const modeOf = (one: ComponentDocument): string | undefined =>
  ((one['levels'] ?? {}) as { mode?: string }).mode;

const isCurrent = (world: World): boolean =>
  world.deals.some(({ document }) => document.late === 'current_period');

/** Half of what is played times its edge, as the base of the share or of one of its items. */
export const theoretical: Addition = (chance, world) => {
  if (!hasKind(world, ['revshare']) || !chance.chance(14)) return world;
  const edges = chance.pick([
    [{ percent: '5' }],
    [{ product: 'casino', percent: '4' }, { percent: '2.5' }],
    [
      { product: 'casino', percent: '12.5' },
      { product: 'sport', percent: '7' },
    ],
  ]);
  const isItem = chance.chance(30);
  return change(world, ['revshare'], (one) =>
    isItem
      ? {
          edges,
          items: [
            ...((one['items'] ?? []) as object[]),
            { name: 'theory', percent: '20', of: 'theoretical_ggr' },
          ],
        }
      : { edges, base: 'theoretical_ggr' },
  );
};

/** CPA first and the share later; the CPA or the share; the share above a limit of the CPA. */
export const hybrids: Addition = (chance, world) => {
  if (!hasKind(world, ['revshare']) || !hasKind(world, ['cpa']) || !chance.chance(70)) return world;
  const which = chance.pick(['later', 'either', 'back', 'limit', 'limit', 'limit']);
  if (which === 'later') return change(world, ['revshare'], () => ({ fromMonth: chance.between(2, 4) }));
  const isLimited = which === 'limit' && !isCurrent(world);
  const cap = chance.chance(70)
    ? { by: 'count', limit: chance.pick(['1', '1', '2']) }
    : { by: 'money', limit: chance.pick(['100', '150', '60']) };
  const per = chance.pick([{}, {}, { per: 'lifetime' }, { per: 'day' }, { per: 'week' }]);
  const countries = chance.chance(15) ? { countries: ['DE', 'AT'] } : {};
  const caps = [{ ...cap, ...per, ...countries, overflow: 'revshare_fallback' }];
  const share = { unlessPaid: 'cpa', ...(which === 'back' ? { whenTakenBack: 'share' } : {}) };
  return {
    ...world,
    deals: world.deals.map((deal) => {
      const { components } = deal.document;
      // What names the CPA can only stand beside it.
      if (!['cpa', 'revshare'].every((kind) => components.some((one) => one.kind === kind))) return deal;
      return {
        ...deal,
        document: {
          ...deal.document,
          components: components.map((one): ComponentDocument => {
            if (one.kind === 'cpa')
              return isLimited ? { ...one, levels: { mode: 'additive_fixed' }, caps } : one;
            if (one.kind !== 'revshare') return one;
            const { recoup: _recoup, ...rest } = one;
            return { ...rest, ...share } as unknown as ComponentDocument;
          }),
        },
      };
    }),
  };
};

/** Limits of a day and a week, of what has no steps of sums. */
export const spans: Addition = (chance, world) => {
  const kinds = [...TRADES, 'cpa', 'purchase_share', 'stage_payment'];
  if (!hasKind(world, kinds) || isCurrent(world) || !chance.chance(25)) return world;
  const most = chance.pick(['10', '25.5', '6', '150']);
  // A CPA that is settled by month is no advance of each customer.
  const isApart = JSON.stringify(world.deals).includes('"by":"customer"');
  const isOther = world.deals.some(({ document }) => document.currency !== world.baseCurrency);
  return change(world, kinds, (one): object => {
    const mode = modeOf(one) ?? 'additive_fixed';
    const waits = JSON.stringify(one['caps'] ?? '');
    if (mode !== 'additive_fixed' || waits.includes('queue') || waits.includes('fallback')) return {};
    if (one.kind === 'cpa' && isApart) return {};
    const isCounted = one.kind === 'cpa' || one.kind === 'stage_payment';
    if (!isCounted && (one['tiers'] !== undefined || isOther)) return {};
    const per = chance.pick(['day', 'week']);
    const byMoney = { by: 'money', per, limit: most };
    const cap = isCounted && (isOther || chance.chance(60)) ? { by: 'count', per, limit: '1' } : byMoney;
    const second = chance.chance(30) && !isOther ? [{ by: 'money', per: 'week', limit: '40' }] : [];
    const others = chance.chance(30) ? ((one['caps'] ?? []) as object[]) : [];
    return { caps: [...others, ...second, cap] };
  });
};
