// Worked examples of a deal: what an invented customer would bring, computed by the very functions of the road (requirements C8).
import { customerIdOf, identifierIdOf } from '../../kernel/derived-ids.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import type { CurrencyCode } from '../../kernel/money.ts';
import { startOfDate } from '../../kernel/zone.ts';
import { reasonSentence } from '../../kernel/reason.ts';
import type { CustomerFact } from '../../pipeline/identity/facts.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';
import type { DealComponent, DealDocument } from '../../registry/deals/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { decideOne, PeriodBook, ROAD_RULES } from '../verify/index.ts';
import type { RebuiltCustomer, RebuiltEvent } from '../verify/index.ts';
import { STORY_MONTH, tellStory } from './example-stories.ts';
import type { Story } from './example-stories.ts';

export interface WorkedExample {
  readonly component: string;
  readonly story: readonly string[];
  readonly pays: readonly {
    readonly who: 'partner' | 'above';
    readonly amount: { readonly amount: string; readonly currency: string };
  }[];
  readonly says: string;
}

const ALWAYS = Number.NEGATIVE_INFINITY as Instant;
const PARTNER = '00000000-0000-8000-8000-00000000000a';
const ABOVE = '00000000-0000-8000-8000-00000000000b';
const SOURCE = '00000000-0000-8000-8000-00000000000c';
const DEAL = '00000000-0000-8000-8000-00000000000d';
const SLUG = 'example';

/** One example for each component, in the order of the deal; by the zone, base currency and rates of the program. Pure but for digests. */
export function workExamples(document: DealDocument, program: ProgramSnapshot): WorkedExample[] {
  const stage = stageOf(document, program);
  return document.components.map((component) => {
    const story = tellStory(component, document);
    const customer = play(stage, story);
    const paid = amountsOf(stage, customer, component);
    const pays = (['partner', 'above'] as const).flatMap((who) => {
      const minor = paid.get(who === 'partner' ? PARTNER : ABOVE) ?? 0n;
      if (minor === 0n) return [];
      const { currency } = document;
      return [
        {
          who,
          amount: {
            amount: formatMoney({ amountMinor: minor, currency: currency as CurrencyCode }),
            currency,
          },
        },
      ];
    });
    return { component: component.id, story: story.sentences, pays, says: sayPays(pays, customer) };
  });
}

/** The program with two partners, one above the other, who both have the deal; everything else that could decide is left out. */
function stageOf(document: DealDocument, program: ProgramSnapshot): ProgramSnapshot {
  const effectiveFrom = startOfDate(`${STORY_MONTH}-01`, program.zone);
  const deal = { id: DEAL, version: 1, effectiveFrom, document };
  const partner = (id: string, name: string) => ({ id, name, suspensions: [], factsVersion: 0 });
  return {
    id: program.id,
    slug: program.slug,
    baseCurrency: program.baseCurrency,
    zone: program.zone,
    factsVersion: 1,
    wholeVersion: 1,
    attribution: program.attribution,
    geo: { licensed: undefined, blocked: new Set(), countryFrom: program.geo.countryFrom },
    reassignment: program.reassignment,
    partners: new Map([
      [PARTNER, partner(PARTNER, 'the partner')],
      [ABOVE, partner(ABOVE, 'the partner above')],
    ]),
    edges: new Map([
      [ABOVE, [{ parentId: null, effectiveFrom: ALWAYS }]],
      [PARTNER, [{ parentId: ABOVE, effectiveFrom: ALWAYS }]],
    ]),
    dealsOf: new Map([PARTNER, ABOVE].map((partnerId) => [partnerId, [{ ...deal, partnerId }]])),
    defaultDeals: [],
    links: new Map(),
    registrars: new Set([SLUG]),
    authorities: new Map(),
    cutOver: { program: undefined, sources: new Map() },
    codes: new Map(),
    creatives: new Map(),
    creativeApprovalRequired: false,
    merges: new Map(),
    rates: program.rates,
    monthsEnded: { through: `${STORY_MONTH}-01`, factsVersion: 1 },
  };
}

function play(stage: ProgramSnapshot, story: Story): RebuiltCustomer {
  const customerId = customerIdOf(stage.id, 'customer', 'example');
  const registration = { at: `${STORY_MONTH}-02T00:00:00.000Z`, content: { kind: 'registration' as const } };
  const told = [registration, ...story.events].map(({ at, content }, index) =>
    eventOf(stage, { at, content, index }),
  );
  const fact = (id: number) => `00000000-0000-8000-8000-0000000000f${id}`;
  const facts: CustomerFact[] = [
    {
      kind: 'attribution',
      id: fact(1),
      from: instantFromIso(registration.at),
      partnerId: PARTNER,
      reason: 'an example',
    },
    { kind: 'kyc', id: fact(2), from: instantFromIso(registration.at), status: 'passed' },
    ...(story.country === undefined
      ? []
      : [
          {
            kind: 'country' as const,
            id: fact(3),
            from: ALWAYS,
            country: story.country,
            basis: 'declared' as const,
          },
        ]),
  ];
  const evidence = {
    events: new Map(told.map((event) => [event.eventId, event])),
    facts: new Map([[customerId, { programId: stage.id, facts }]]),
    programs: new Map([[stage.id, stage]]),
  };
  const eventIds = told.map((event) => event.eventId);
  return decideOne(evidence, { customerId, programId: stage.id, eventIds }, ROAD_RULES);
}

interface Telling {
  readonly at: string;
  readonly content: Partial<CanonicalEvent> & Pick<CanonicalEvent, 'kind'>;
  readonly index: number;
}

function eventOf(stage: ProgramSnapshot, { at, content, index }: Telling): RebuiltEvent {
  const isTrade = content.kind === 'execution';
  const identifier = isTrade
    ? { namespace: 'mt5:live', value: '1001' }
    : { namespace: 'customer', value: 'example' };
  const whole: CanonicalEvent = {
    recordType: content.kind,
    externalId: `${content.kind}-${index}`,
    part: '',
    occurredAt: at,
    identifiers: [identifier],
    ...content,
  };
  const instant = instantFromIso(at);
  return {
    eventId: `00000000-0000-8000-8001-${String(index).padStart(12, '0')}`,
    source: { id: SOURCE, slug: SLUG, programId: stage.id, registrar: true },
    kind: content.kind,
    hash: String(index),
    order: null,
    content: JSON.stringify(whole),
    occurredAt: instant,
    receivedAt: instant,
    identifierId: identifierIdOf(stage.id, identifier.namespace, identifier.value),
    mappingVersion: 1,
    covers: null,
    others: [],
    at: '',
    disposition: undefined,
    revision: 1,
  };
}

/** Minor units by partner: what the component pays at once, and what it is worth for the month. */
function amountsOf(
  stage: ProgramSnapshot,
  customer: RebuiltCustomer,
  component: DealComponent,
): Map<string, bigint> {
  const months = new PeriodBook(ROAD_RULES.periods, new Map([[stage.id, stage]]));
  months.desire(customer);
  const kept = { inputs: [], scopes: [], sent: [], feesOpen: [], closed: new Set<string>() };
  const lines = [
    ...customer.scope.lines,
    ...[...customer.decisions.values()].flatMap((decision) => decision.lines),
    ...months.settle(kept, () => false).filter((line) => line.period?.startsWith(STORY_MONTH) === true),
  ];
  const sums = new Map<string, bigint>();
  for (const line of lines)
    if (line.component === component.id)
      sums.set(line.partnerId, (sums.get(line.partnerId) ?? 0n) + BigInt(line.amountMinor));
  return sums;
}

function sayPays(pays: WorkedExample['pays'], customer: RebuiltCustomer): string {
  const said = pays.map(
    ({ who, amount }) =>
      `${who === 'partner' ? 'The partner' : 'The partner above'} earns ${amount.amount} ${amount.currency}`,
  );
  if (said.length > 0) return `${said.join('. ')}.`;
  const reasons = [...customer.decisions.values()].flatMap((decision) => decision.reason ?? []);
  const last = reasons.at(-1);
  return last === undefined
    ? 'It pays nothing here.'
    : `It pays nothing here: ${reasonSentence(last, 'operator')}`;
}
