// Negative controls: engines that are wrong in one way each, and a world in which that way matters. The property must turn red
// for each of them, and be green for the same world with the engine as it is; else it proves nothing.
import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, expect, test, vi } from 'vitest';
import type * as AttributeRoom from '../../src/pipeline/attribution/attribute.ts';
import type * as ClaimsStep from '../../src/pipeline/identity/claims.step.ts';
import type * as ClaimsStore from '../../src/pipeline/identity/claims.store.ts';
import type * as IdentityStep from '../../src/pipeline/identity/identity.step.ts';
import type { PlacedEvent } from '../../src/pipeline/identity/facts.ts';
import type { Claim } from '../../src/pipeline/identity/resolve.ts';
import type * as DepositsRoom from '../../src/pipeline/qualification/deposits.ts';
import type * as CodeRoom from '../../src/pipeline/attribution/code.ts';
import type * as CountryRoom from '../../src/pipeline/attribution/country.ts';
import type * as DrainViews from '../../src/pipeline/conveyor/drain.views.ts';
import type * as MergesStore from '../../src/pipeline/identity/merges/merges.store.ts';
import type * as MergeViews from '../../src/pipeline/identity/merges/merges.views.ts';
import type * as GatesRoom from '../../src/pipeline/qualification/gates.ts';
import type * as PeriodsStore from '../../src/pipeline/periods/periods.store.ts';
import type { Tx } from '../../src/platform/db.ts';
import type * as GradeFacts from '../../src/registry/grades/facts.ts';
import { findDifference } from './campaign.ts';
import { CONTROLS } from './control-worlds.ts';
import type { Control } from './control-worlds.ts';

const engine = vi.hoisted((): { wrong: string | undefined } => ({ wrong: undefined }));
afterEach(() => {
  engine.wrong = undefined;
});

vi.mock('../../src/pipeline/attribution/attribute.ts', async (original) => {
  const right = await original<typeof AttributeRoom>();
  const decideAttributions: typeof right.decideAttributions = (program, registration, evidence) => {
    const decision = right.decideAttributions(program, registration, wrongEvidence(evidence));
    if (engine.wrong !== 'whoever is bound anew keeps the partner of before') return decision;
    const bonds = decision.bonds.flatMap((bond, index) => {
      const before = decision.bonds[index - 1];
      return before === undefined ? [bond] : [bond, { ...before, from: bond.from }];
    });
    return { ...decision, bonds };
  };
  return { ...right, decideAttributions };
});

/** What a wrong engine takes for evidence of attributions. */
function wrongEvidence(evidence: AttributeRoom.AttributionEvidence): AttributeRoom.AttributionEvidence {
  if (engine.wrong === 'latest arrival wins the attribution') {
    // Of all manual attributions only the one written last counts: its id is the greatest, because ids rise with time.
    const manuals = evidence.facts
      .filter((fact) => fact.kind === 'attribution')
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const last = manuals.at(-1);
    return { ...evidence, facts: last === undefined ? [] : [last] };
  }
  if (engine.wrong === 'the purchase that arrives first binds') {
    const isPurchase = (event: PlacedEvent): boolean => event.content.kind === 'deposit';
    const first = byArrival(evidence.events.filter(isPurchase))[0];
    return { ...evidence, events: evidence.events.filter((event) => !isPurchase(event) || event === first) };
  }
  return evidence;
}

/** What came in one request arrived in the order in which it happened. */
function byArrival(events: readonly PlacedEvent[]): PlacedEvent[] {
  return events.toSorted((a, b) => a.receivedAt - b.receivedAt || a.occurredAt - b.occurredAt);
}

vi.mock('../../src/pipeline/attribution/code.ts', async (original) => {
  const right = await original<typeof CodeRoom>();
  const listCodeCandidates: typeof right.listCodeCandidates = (program, uses) => {
    const last = byArrival(uses.map((use) => use.event)).at(-1);
    return right.listCodeCandidates(
      program,
      engine.wrong === 'the code that arrives last wins' ? uses.filter((use) => use.event === last) : uses,
    );
  };
  return { ...right, listCodeCandidates };
});

vi.mock('../../src/pipeline/attribution/country.ts', async (original) => {
  const right = await original<typeof CountryRoom>();
  const findCountryAtRegistration: typeof right.findCountryAtRegistration = (program, at, evidence) => {
    if (engine.wrong !== 'the country that arrives last counts')
      return right.findCountryAtRegistration(program, at, evidence);
    const last = byArrival(evidence.events.filter((event) => event.content.country !== undefined)).at(-1);
    return right.findCountryAtRegistration(program, at, {
      ...evidence,
      events: last === undefined ? [] : [last],
    });
  };
  return { ...right, findCountryAtRegistration };
});

vi.mock('../../src/pipeline/qualification/gates.ts', async (original) => {
  const right = await original<typeof GatesRoom>();
  const listStatusSpans: typeof right.listStatusSpans = (facts, events) => {
    const isReadmission = (event: PlacedEvent): boolean =>
      event.content.customerStatus?.status === 'readmitted';
    const firstBar = byArrival(
      events.filter((event) => event.content.kind === 'self_excluded' && !isReadmission(event)),
    )[0];
    return right.listStatusSpans(
      facts,
      engine.wrong === 'a readmission before its exclusion is forgotten'
        ? events.filter((event) => !isReadmission(event) || event.receivedAt >= (firstBar?.receivedAt ?? 0))
        : events,
    );
  };
  return { ...right, listStatusSpans };
});

vi.mock('../../src/pipeline/conveyor/drain.views.ts', async (original) => {
  const right = await original<typeof DrainViews>();
  const isWrong = (): boolean =>
    engine.wrong === 'a change of the registry reaches nobody who was decided before' ||
    engine.wrong === 'a merge moves only what comes after it';
  const listStaleLanes: typeof right.listStaleLanes = async (...asked) =>
    isWrong() ? [] : right.listStaleLanes(...asked);
  const listConcerned: typeof right.listConcerned = async (...asked) =>
    isWrong() ? [] : right.listConcerned(...asked);
  return { ...right, listStaleLanes, listConcerned };
});

/** A merge, or its end, that is only an edge: nobody asks again for what was placed and decided before it. */
async function isMereEdge(tx: Tx): Promise<boolean> {
  if (engine.wrong === 'a merge moves only what comes after it') return true;
  if (engine.wrong !== 'an un-merge leaves behind what the merge has moved') return false;
  return (await tx.rows('select 1 from customer_merge where ended_at is not null')).length > 0;
}

vi.mock('../../src/pipeline/identity/merges/merges.views.ts', async (original) => {
  const right = await original<typeof MergeViews>();
  const listEventsOf: typeof right.listEventsOf = async (tx, of) =>
    (await isMereEdge(tx)) ? [] : right.listEventsOf(tx, of);
  return { ...right, listEventsOf };
});

vi.mock('../../src/pipeline/identity/merges/merges.store.ts', async (original) => {
  const right = await original<typeof MergesStore>();
  const touchCustomers: typeof right.touchCustomers = async (tx, ...asked) => {
    if (!(await isMereEdge(tx))) await right.touchCustomers(tx, ...asked);
  };
  return { ...right, touchCustomers };
});

vi.mock('../../src/registry/grades/facts.ts', async (original) => {
  const right = await original<typeof GradeFacts>();
  const compareGradeFacts: typeof right.compareGradeFacts = (a, b) =>
    engine.wrong === 'the grade that is told last counts'
      ? a.recordedAt - b.recordedAt
      : right.compareGradeFacts(a, b);
  return { ...right, compareGradeFacts };
});

vi.mock('../../src/pipeline/qualification/deposits.ts', async (original) => {
  const right = await original<typeof DepositsRoom>();
  const countDeposits: typeof right.countDeposits = (events, rates) => {
    const count = right.countDeposits(events, rates);
    if (engine.wrong !== 'the first deposit is the first to arrive') return count;
    return { ...count, deposits: count.deposits.toSorted((a, b) => a.event.receivedAt - b.event.receivedAt) };
  };
  return { ...right, countDeposits };
});

vi.mock('../../src/pipeline/periods/periods.store.ts', async (original) => {
  const right = await original<typeof PeriodsStore>();
  const countInputs: typeof right.countInputs = async (tx, messages) => {
    if (engine.wrong !== 'a month that was decided once counts no more')
      return right.countInputs(tx, messages);
    const rows = await tx.rows<{ scope: string }>(
      `select concat_ws(' ', partner_id, component, period) as scope from period_scope where decided_at is not null`,
    );
    const decided = new Set(rows.map(({ scope }) => scope));
    const kept = messages.map((message) => ({
      ...message,
      inputs: (message.inputs ?? []).filter(
        ({ partnerId, component, period }) => !decided.has(`${partnerId} ${component} ${period}`),
      ),
    }));
    return right.countInputs(tx, kept);
  };
  return { ...right, countInputs };
});

/** What a turn of the evidence step has read of links; only the wrong engine keeps it. */
const { turns } = vi.hoisted(() => ({ turns: { current: undefined as unknown } }));
const turnOf = (): AsyncLocalStorage<Map<string, readonly Claim[]> | undefined> => {
  turns.current ??= new AsyncLocalStorage();
  return turns.current as AsyncLocalStorage<Map<string, readonly Claim[]> | undefined>;
};

vi.mock('../../src/pipeline/identity/identity.step.ts', async (original) => {
  const right = await original<typeof IdentityStep>();
  const runEvidenceStep: typeof right.runEvidenceStep = (context) =>
    turnOf().run(engine.wrong === 'links are read once in a turn' ? new Map() : undefined, () =>
      right.runEvidenceStep(context),
    );
  return { ...right, runEvidenceStep };
});

// A hop that is received in the middle of an evidence turn is not part of it.
vi.mock('../../src/pipeline/identity/claims.step.ts', async (original) => {
  const right = await original<typeof ClaimsStep>();
  const applyClaims: typeof right.applyClaims = (context, hop) =>
    turnOf().run(undefined, () => right.applyClaims(context, hop));
  return { ...right, applyClaims };
});

vi.mock('../../src/pipeline/identity/claims.store.ts', async (original) => {
  const right = await original<typeof ClaimsStore>();
  const readClaims: typeof right.readClaims = async (db, refs) => {
    const found = await right.readClaims(db, refs);
    for (const { identifierId } of refs)
      turnOf()
        .getStore()
        ?.set(identifierId, found.get(identifierId) ?? []);
    return found;
  };
  const addClaims: typeof right.addClaims = async (found, tx, refs) => {
    const kept = turnOf().getStore();
    await right.addClaims(found, tx, refs);
    for (const { identifierId } of refs) {
      const known = kept?.get(identifierId);
      if (known !== undefined) found.set(identifierId, [...known]);
    }
  };
  const listParked: typeof right.listParked = async (tx, refs) =>
    engine.wrong === 'who links does not look at what waits' ? [] : right.listParked(tx, refs);
  return { ...right, readClaims, addClaims, listParked };
});

/** Seeds of shuffles; fixed, so that a control is red or green for ever. */
const SEEDS = [100, 200, 300];

function differenceOf({ world, styles }: Control, seed: number): Promise<string | undefined> {
  return findDifference(world, seed, { styles: () => styles, tally: new Map() }).catch((error: unknown) =>
    String(error),
  );
}

/** How a wrong engine is found out: two orders end differently, or one of them in what can never be. */
const RED =
  /: (totals|desired|house|events) |is bound to two partners at one instant|verify finds a difference: \[\{"kind":"(place|parked|line)"/;

test.each(CONTROLS)(
  'the property is red when $wrong ($where), and green when not',
  { timeout: 180_000 },
  async (control) => {
    let red: string | undefined;
    for (const seed of control.styles.includes('backwards') ? [0] : SEEDS) {
      engine.wrong = control.wrong;
      red = await differenceOf(control, seed);
      engine.wrong = undefined;
      expect(await differenceOf(control, seed)).toBe(undefined);
      if (red !== undefined) break;
    }
    expect(red?.split('\n')[0]).toMatch(RED);
  },
);
