import { compareDecimals, decimal } from '../../kernel/decimal.ts';
import type { CapTerms, DealComponent, DealDocument, RevshareComponent, TierTerms } from './facts.ts';
import type { DealProblem } from './document-reader.ts';
import { findGradeContradictions } from './grade-contradictions.ts';

const SHARED_POT: ReadonlySet<string> = new Set(['difference', 'pass_through', 'ratio']);
const HUNDRED = decimal('100');

/** What a deal says that cannot be meant together, or can never happen: refused when it is written. Pure. */
export function findContradictions(document: DealDocument): DealProblem[] {
  return [
    ...checkComponents(document.components),
    ...checkLateDays(document),
    ...findGradeContradictions(document, ({ components }) => checkComponents(components)),
  ];
}

function checkComponents(components: readonly DealComponent[]): DealProblem[] {
  const ids = components.map((component) => component.id);
  return components.flatMap((component, index) => {
    const path = `$.components[${index}]`;
    return [
      ...(ids.indexOf(component.id) < index
        ? [problem(`${path}.id`, 'is used twice; give each component its own id')]
        : []),
      ...checkTiers(component, path),
      ...checkCaps(component, path),
      ...checkClawback(component, path),
      ...checkOne(component, path),
      ...checkNames(component, path, components),
      ...checkCpa(component, path),
      ...checkHybrid(component, path, components),
      ...checkLevels(component, path),
    ];
  });
}

function problem(path: string, text: string): DealProblem {
  return { path, problem: text };
}

function checkTiers(component: DealComponent, path: string): DealProblem[] {
  const tiers: TierTerms | null = 'tiers' in component ? component.tiers : null;
  if (tiers === null) return [];
  const at = `${path}.tiers`;
  const problems: DealProblem[] = [];
  if ('levels' in component && SHARED_POT.has(component.levels.mode))
    problems.push(
      problem(
        at,
        `cannot stand beside the level mode ${component.levels.mode}: the levels share one pot, which has no step of its own (tier_in_shared_pot)`,
      ),
    );
  tiers.bands.forEach((band, index) => {
    const before = tiers.bands[index - 1];
    const last = index === tiers.bands.length - 1;
    if (band.upTo === null && !last)
      problems.push(problem(`${at}.bands[${index}].upTo`, 'may be null in the last band only'));
    if (
      before?.upTo !== undefined &&
      before.upTo !== null &&
      band.upTo !== null &&
      compareDecimals(decimal(band.upTo), decimal(before.upTo)) <= 0
    )
      problems.push(
        problem(
          `${at}.bands[${index}].upTo`,
          'must be above the bound before it, else the band cannot be reached',
        ),
      );
  });
  return problems;
}

function checkCaps(component: DealComponent, path: string): DealProblem[] {
  if (!('caps' in component)) return [];
  const hasShort = component.caps.some(isShort);
  return component.caps.flatMap((cap, index) => {
    const at = `${path}.caps[${index}]`;
    return [
      ...(cap.by === 'count' && component.kind !== 'cpa' && component.kind !== 'stage_payment'
        ? [problem(`${at}.by`, 'must be "money" here: only payments for customers and stages are counted')]
        : []),
      ...(isShort(cap) && component.kind === 'revshare'
        ? [
            problem(
              `${at}.per`,
              'must be "period" or "lifetime" here: a share of revenue is known of a month, not of a day',
            ),
          ]
        : []),
      ...(isShort(cap) && component.kind !== 'cpa' && 'tiers' in component && component.tiers !== null
        ? [
            problem(
              `${at}.per`,
              'must be "period" or "lifetime" beside tiers: what a day pays by steps is known for all of a month together only',
            ),
          ]
        : []),
      ...(cap.by === 'money' && component.kind === 'cpa' && topsUp(component.tiers)
        ? [
            problem(
              `${at}.by`,
              'must be "count" beside steps over a lifetime by whole volume: what a step that is reached adds to CPAs of earlier months is no one CPA, so that no limit of money can let it through whole or not at all; or take method "marginal"',
            ),
          ]
        : []),
      ...(hasShort && cap.overflow === 'queue_next_period'
        ? [
            problem(
              `${at}.overflow`,
              'must be "reject" for a limit of a day or a week, and beside one: what waits for a month has no day there',
            ),
          ]
        : []),
    ];
  });
}

/** A step that is reached pays more for what earlier months paid (V-TIER-5). */
function topsUp(tiers: TierTerms | null): boolean {
  return tiers?.window === 'lifetime' && tiers.method === 'whole_volume';
}

/** Of a day or a week. */
function isShort({ per }: CapTerms): boolean {
  return per === 'day' || per === 'week';
}

/** What comes late and counts in a later month has no day there. */
function checkLateDays({ late, components }: DealDocument): DealProblem[] {
  if (late !== 'current_period') return [];
  return components.flatMap((component, place) =>
    'caps' in component
      ? component.caps.flatMap((cap, index) =>
          isShort(cap)
            ? [
                problem(
                  `$.components[${place}].caps[${index}].per`,
                  'must be "period" or "lifetime" beside late "current_period": what counts in a later month has no day there; take late "restate"',
                ),
              ]
            : [],
        )
      : [],
  );
}

function checkClawback(component: DealComponent, path: string): DealProblem[] {
  if (!('clawback' in component)) return [];
  let oldest = -1;
  return component.clawback.schedule.flatMap((step, index) => {
    const at = `${path}.clawback.schedule[${index}]`;
    if ((step.beforeMonth === null) === (step.upToMonth === null))
      return [problem(at, 'must say exactly one of beforeMonth and upToMonth')];
    // The greatest age that the step holds for.
    const until = step.beforeMonth === null ? (step.upToMonth ?? 0) : step.beforeMonth - 1;
    const problems = [
      ...(until <= oldest ? [problem(at, 'must hold for greater ages than the step before it')] : []),
      ...(compareDecimals(decimal(step.percent), HUNDRED) > 0
        ? [problem(`${at}.percent`, 'cannot be more than 100: a clawback is never above the original')]
        : []),
    ];
    oldest = until;
    return problems;
  });
}

/** Where a component must say exactly one of two things. */
function checkOne(component: DealComponent, path: string): DealProblem[] {
  if (component.kind === 'stage_payment' && (component.amount === null) === (component.percent === null))
    return [problem(path, 'must say exactly one of amount and percent')];
  if (component.kind !== 'revshare') return [];
  const items = component.items.flatMap((item, index) =>
    (item.sum === null) === (item.percent === null)
      ? [problem(`${path}.items[${index}]`, 'must say exactly one of sum and percent')]
      : [],
  );
  if ((component.percent === null) === (component.tiers === null))
    items.push(problem(path, 'must say exactly one of percent and tiers'));
  items.push(...checkShare(component, path), ...checkEdges(component, path));
  component.caps.forEach((cap, index) => {
    if (cap.countries.length > 0)
      items.push(
        problem(
          `${path}.caps[${index}].countries`,
          'must be left out here: a share of revenue is not known by country; give customers of these countries a component of their own (only.countries)',
        ),
      );
  });
  const shares = [component.percent, ...(component.tiers?.bands.map((band) => band.rate) ?? [])];
  if (shares.some((share) => share !== null && compareDecimals(decimal(share), HUNDRED) > 0))
    items.push(problem(path, 'pays more than 100 per cent of its base (levels_exceed_revenue)'));
  return items;
}

/** Rules of a share of revenue that rest on different sums: of each customer, of each product, of all. */
function checkShare(component: RevshareComponent, path: string): DealProblem[] {
  const { byProduct, ownDepositsLimit, highRoller, recoup, tiers } = component;
  const perCustomer = [
    ...(ownDepositsLimit ? ['ownDepositsLimit'] : []),
    ...(highRoller === null ? [] : ['highRoller']),
    ...(recoup?.by === 'customer' ? ['recoup by customer'] : []),
  ];
  const rolls = tiers !== null && tiers.window.startsWith('rolling') && tiers.metric === 'base';
  return [
    ...(byProduct && perCustomer.length > 0
      ? [
          problem(
            `${path}.byProduct`,
            `cannot stand beside ${perCustomer.join(' and ')}: products are computed apart of all customers, these of each customer alone`,
          ),
        ]
      : []),
    ...(recoup?.by === 'customer' && tiers !== null
      ? [
          problem(
            `${path}.recoup.by`,
            'must be "deal" beside tiers: the step is known of all customers together only',
          ),
        ]
      : []),
    ...(rolls && (byProduct || ownDepositsLimit)
      ? [
          problem(
            `${path}.tiers.window`,
            `must be "period" or "lifetime" here: a base ${byProduct ? 'by product' : 'limited to own deposits'} is known by month, not by day`,
          ),
        ]
      : []),
  ];
}

/** Theoretical GGR needs edges, each product has one, and nothing else has any use for them. */
function checkEdges({ base, items, edges }: RevshareComponent, path: string): DealProblem[] {
  const isAsked =
    base === 'theoretical_ggr' ||
    items.some(({ percent, of }) => percent !== null && of === 'theoretical_ggr');
  const at = `${path}.edges`;
  if (isAsked && edges.length === 0)
    return [problem(at, 'must be given with theoretical_ggr: without an edge nothing that is played counts')];
  if (!isAsked && edges.length > 0)
    return [
      problem(at, 'is read with theoretical_ggr only; leave it out, or name that as base or in an item'),
    ];
  const products = edges.map(({ product }) => product);
  return edges.flatMap(({ product, percent }, index) => [
    ...(products.indexOf(product) < index
      ? [
          problem(
            `${at}[${index}].product`,
            `${product === null ? 'null' : `"${product}"`} has an edge already; give each product one`,
          ),
        ]
      : []),
    ...(compareDecimals(decimal(percent), HUNDRED) > 0
      ? [problem(`${at}[${index}].percent`, 'cannot be more than 100: nobody keeps more than was played')]
      : []),
  ]);
}

/** Other components that a component names. */
function checkNames(
  component: DealComponent,
  path: string,
  components: readonly DealComponent[],
): DealProblem[] {
  if (component.kind !== 'revshare') return [];
  const named = [
    ['recoup.component', component.recoup?.component],
    ['unlessPaid', component.unlessPaid ?? undefined],
  ] as const;
  return named.flatMap(([key, id]) => {
    const cpa = components.find((other) => other.id === id && other.kind === 'cpa');
    if (id !== undefined && cpa === undefined)
      return [problem(`${path}.${key}`, `"${id}" is not the id of a cpa component of this deal`)];
    return key === 'recoup.component' && component.recoup?.by === 'customer' && isSettledByMonth(cpa)
      ? [
          problem(
            `${path}.recoup.by`,
            `must be "deal" beside "${id}": what a CPA with tiers, caps or a qualityGate pays is known of a month, not of each customer`,
          ),
        ]
      : [];
  });
}

/** A CPA or a share, for each customer (semantics.md 4.6, 4.7): what must stand beside each other for it. */
function checkHybrid(
  component: DealComponent,
  path: string,
  components: readonly DealComponent[],
): DealProblem[] {
  if (component.kind === 'revshare') return checkShareOrCpa(component, path, components);
  if (!('caps' in component)) return [];
  const hasShare = components.some(
    (other) => other.kind === 'revshare' && other.unlessPaid === component.id && component.kind === 'cpa',
  );
  return component.caps.flatMap(({ overflow }, index) =>
    overflow !== 'revshare_fallback' || hasShare
      ? []
      : [
          problem(
            `${path}.caps[${index}].overflow`,
            component.kind === 'cpa'
              ? `needs a revshare component with unlessPaid "${component.id}", to which the refused customers bring their revenue`
              : 'cannot be revshare_fallback here: only a CPA can have a share in its place; use reject or queue_next_period',
          ),
        ],
  );
}

function checkShareOrCpa(
  component: RevshareComponent,
  path: string,
  components: readonly DealComponent[],
): DealProblem[] {
  const { unlessPaid, whenTakenBack, tiers, caps } = component;
  const cpa = components.find(({ id }) => id === unlessPaid);
  const isFallback = cpa?.kind === 'cpa' && cpa.caps.some(({ overflow }) => overflow === 'revshare_fallback');
  const looksBack = tiers?.metric === 'active_customers' && tiers.window !== 'period';
  return [
    ...caps.flatMap(({ overflow }, index) =>
      overflow === 'revshare_fallback'
        ? [
            problem(
              `${path}.caps[${index}].overflow`,
              'cannot be revshare_fallback here: this is the share; use reject or queue_next_period',
            ),
          ]
        : [],
    ),
    ...(whenTakenBack === 'share' && unlessPaid === null
      ? [problem(`${path}.whenTakenBack`, 'needs unlessPaid: without it all customers count anyway')]
      : []),
    ...(whenTakenBack === 'share' &&
    cpa?.kind === 'cpa' &&
    (cpa.clawback.schedule.length > 0 || cpa.clawback.review)
      ? [
          problem(
            `${path}.whenTakenBack`,
            `must be "nothing" beside the clawback schedule or review of "${cpa.id}": they may leave the partner the CPA or a part of it, and the customer would be paid both ways`,
          ),
        ]
      : []),
    ...(isFallback && looksBack
      ? [
          problem(
            `${path}.tiers.metric`,
            'cannot be active_customers over more than a month beside a CPA with revshare_fallback: whom it counts is not known apart from months',
          ),
        ]
      : []),
  ];
}

function isSettledByMonth(component: DealComponent | undefined): boolean {
  return (
    component?.kind === 'cpa' &&
    (component.tiers !== null || component.caps.length > 0 || component.qualityGate !== null)
  );
}

/** Fields of a CPA that cannot be meant beside each other. */
function checkCpa(component: DealComponent, path: string): DealProblem[] {
  if (component.kind !== 'cpa') return [];
  const problems: DealProblem[] = [];
  if (
    component.firstDeposit === 'none' &&
    compareDecimals(decimal(component.minimumDeposit), decimal('0')) > 0
  )
    problems.push(
      problem(`${path}.minimumDeposit`, 'cannot be asked for with firstDeposit "none": no deposit is needed'),
    );
  if (component.firstDeposit === 'none' && component.windowFrom === 'first_deposit')
    problems.push(
      problem(`${path}.windowFrom`, 'cannot be first_deposit with firstDeposit "none": there may be none'),
    );
  if (component.kycWithinWindow && !component.requireKyc)
    problems.push(problem(`${path}.kycWithinWindow`, 'needs requireKyc: without it KYC is not asked for'));
  const gate = component.qualityGate;
  if (gate !== null && gate.atLeastPercent === null && gate.atMostPercent === null)
    problems.push(
      problem(`${path}.qualityGate`, 'must say atLeastPercent or atMostPercent, else it holds always'),
    );
  if (component.only.accountTypes.length > 0)
    problems.push(
      problem(`${path}.only.accountTypes`, 'is for components that pay for trades: a CPA has no account'),
    );
  return problems;
}

function checkLevels(component: DealComponent, path: string): DealProblem[] {
  if (!('levels' in component)) return [];
  const { mode } = component.levels;
  const problems: DealProblem[] = [];
  if (mode === 'ratio' && component.ratios === null)
    problems.push(
      problem(`${path}.ratios`, 'must be given in mode ratio: without it the partner earns nothing'),
    );
  // A percentage of what is settled by period is a matter of the partner above (rules.md 2.5).
  const steps = 'tiers' in component && component.tiers !== null;
  const isByPeriod = steps || component.caps.length > 0;
  if (isByPeriod && SHARED_POT.has(mode) && !steps)
    problems.push(
      problem(
        `${path}.caps`,
        `cannot stand beside the level mode ${mode}: the levels share one pot for each event, and a cap of a period cuts a sum`,
      ),
    );
  if (steps && 'capPerTrade' in component && component.capPerTrade !== null)
    problems.push(
      problem(
        `${path}.capPerTrade`,
        'cannot stand beside tiers: what one trade pays is known for all trades of a month together only; limit the money of the month with caps, or leave the steps out',
      ),
    );
  if (isByPeriod && mode === 'additive_percent' && component.kind !== 'cpa')
    problems.push(
      problem(
        `${path}.levels.mode`,
        'cannot be additive_percent beside tiers or caps: what the leaf earns is known by period only; give the partners above a component sub_partner_share',
      ),
    );
  return problems;
}
