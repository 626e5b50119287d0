// Plays a variant on its own copy of the stage, through the real doors and the real conveyor.
import { setFailpointHook } from '../../src/platform/failpoint.ts';
import type { FailpointName } from '../../src/platform/failpoint.ts';
import { createCustomerStep } from '../../src/pipeline/commission/index.ts';
import { drain, startConveyor } from '../../src/pipeline/conveyor/index.ts';
import { createFactsSweep } from '../../src/pipeline/conveyor/facts-sweep.ts';
import { deliverHops } from '../../src/pipeline/conveyor/hops.ts';
import { applyFactSets } from '../../src/pipeline/change-sets.ts';
import { runEvidenceStep } from '../../src/pipeline/identity/index.ts';
import { runPartnerStep } from '../../src/pipeline/ledger/index.ts';
import { runPeriodStep } from '../../src/pipeline/periods/index.ts';
import { wireId } from '../../src/kernel/ids.ts';
import type { StepContext, StepResult } from '../../src/pipeline/step.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { observe } from './observe.ts';
import type { Outcome } from './observe.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import { openHouse, SECOND_KEY } from './stage.ts';
import type { Answer, BuiltStage, House } from './stage.ts';
import { NOW } from './said.ts';
import type { Fact, Report, SourceName } from './said.ts';
import type { Door, Move, Turn, Variant } from './variants.ts';

/** What happened while a variant was played, counted by name. */
export type Tally = Map<string, number>;

export function count(tally: Tally, name: string, by = 1): void {
  tally.set(name, (tally.get(name) ?? 0) + by);
}

/** Plays a variant in a fresh database and tells how it ended. */
export async function play(stage: BuiltStage, variant: Variant, tally: Tally): Promise<Outcome> {
  const database = await createTestDatabase({
    from: stage.template,
    lanesPerTransaction: variant.lanesPerTransaction,
    max: 4,
  });
  const house = await openHouse(database);
  try {
    await new Player(house, stage, variant, tally).playAll();
    const isPaid = variant.moves.some((move) => move.do === 'pay');
    return await observe(house, stage, { isPaid });
  } finally {
    setFailpointHook(undefined);
    await house.close();
  }
}

/** Places where other moves may happen in the middle of a turn: no transaction is open there. */
const OPEN_PLACES: readonly FailpointName[] = [
  'evidence:after-intent',
  'evidence:after-send',
  'evidence:before-cursor',
  'customer:after-commit',
  'customer:after-send',
  'partner:after-commit',
  'merge:after-edge',
  'merge:after-read',
];

class Player {
  readonly #house: House;
  readonly #stage: BuiltStage;
  readonly #variant: Variant;
  readonly #tally: Tally;
  readonly #queue: Move[];
  /** Facts that name something which was not there yet; they are said again. */
  #late: Fact[] = [];
  /** Ids of what facts made, by the fact's name. */
  readonly #known = new Map<string, string>();
  readonly #turns: Readonly<Record<Turn, (context: StepContext) => Promise<StepResult>>>;
  #nested = false;

  constructor(house: House, stage: BuiltStage, variant: Variant, tally: Tally) {
    this.#house = house;
    this.#stage = stage;
    this.#variant = variant;
    this.#tally = tally;
    this.#queue = [...variant.moves];
    this.#turns = {
      evidence: runEvidenceStep,
      customer: createCustomerStep(),
      hops: deliverHops,
      partner: runPartnerStep,
      months: runPeriodStep,
      facts: createFactsSweep(),
      sets: async () => ({ moved: (await this.#moveSets()) ? 1 : 0, more: false }),
    };
  }

  async playAll(): Promise<void> {
    const random = createRandom(this.#variant.seed + 1);
    if (this.#variant.interleave > 0) {
      setFailpointHook(async (name) => {
        if (this.#nested || !OPEN_PLACES.includes(name) || !random.chance(this.#variant.interleave)) return;
        await this.#playInside(name, random);
      });
    }
    const { meeting } = this.#variant;
    if (meeting !== undefined) {
      let passes = 0;
      setFailpointHook(async (name) => {
        if (name !== meeting.place) return;
        passes += 1;
        if (passes === meeting.pass) for (const turn of meeting.turns) await this.#turn(turn, 1000);
      });
    }
    if (this.#variant.atOnce > 1) await this.#race();
    while (this.#queue.length > 0) {
      await this.#play(this.#queue.shift());
      await this.#sayLate();
    }
    setFailpointHook(undefined);
    for (let round = 0; this.#late.length > 0; round += 1) {
      if (round > 9) throw new Error(`${this.#late[0]?.name ?? ''} names something that never came`);
      await this.#drain();
      await this.#sayLate();
    }
    await this.#drain();
  }

  /** Until neither the lanes nor what people decided move any more. */
  async #drain(): Promise<void> {
    do await drain(() => this.#house.contextOf());
    while (await this.#moveSets());
  }

  /** One part of every change set that is being applied. */
  async #moveSets(): Promise<boolean> {
    const { db, now, log, newId, registry } = this.#house.contextOf();
    return applyFactSets({ db, now, log, newId, registry });
  }

  /** All moves, some at once, while the loops of the conveyor run. */
  async #race(): Promise<void> {
    const conveyor = startConveyor(() => this.#house.contextOf());
    try {
      while (this.#queue.length > 0) {
        const moves = this.#queue.splice(0, this.#variant.atOnce).filter((move) => move.do !== 'drain');
        await Promise.all(moves.map((move) => this.#play(move)));
        conveyor.wake();
        await this.#sayLate();
      }
    } finally {
      await conveyor.stop();
    }
  }

  /** Perhaps the next move, and some turns: what another process would do at once. */
  async #playInside(place: FailpointName, random: Random): Promise<void> {
    this.#nested = true;
    try {
      count(this.#tally, `inside ${place}`);
      const next = this.#queue[0]?.do;
      if (random.chance(50) && next !== 'drain' && next !== 'pay') await this.#play(this.#queue.shift());
      const turns = random
        .shuffle(['evidence', 'customer', 'hops', 'partner'] as const)
        .slice(random.below(3));
      for (const turn of turns) if (turn !== loneOwnerOf(place)) await this.#turn(turn, 1000);
    } finally {
      this.#nested = false;
    }
  }

  async #play(move: Move | undefined): Promise<void> {
    if (move === undefined) return;
    switch (move.do) {
      case 'fact':
        if (!(await this.#say(move.fact))) this.#late.push(move.fact);
        return;
      case 'send':
        return this.#send(move.door, move.reports);
      case 'turn':
        return this.#turn(move.turn, move.limit);
      case 'drain':
        return this.#drain();
      case 'pay':
        return this.#pay();
    }
  }

  /** Pays each partner all that is payable, once everything that was said is decided, and what it restated is released. */
  async #pay(): Promise<void> {
    setFailpointHook(undefined);
    for (let left = -1; left !== this.#late.length;) {
      left = this.#late.length;
      await this.#drain();
      await this.#sayLate();
    }
    await this.#drain();
    const programId = wireId('prg', this.#stage.programId);
    await this.#must('PATCH', `/v1/programs/${programId}`, { compliance: { partnerChecks: [] } });
    const sets = await this.#must('GET', `/v1/change-sets?programId=${programId}&limit=200`);
    for (const { id, state, releasedAt } of sets.items)
      if (releasedAt === null && ['done', 'undone'].includes(state))
        await this.#must('POST', `/v1/change-sets/${id}/release`, { note: 'reviewed' }, SECOND_KEY);
    await this.#drain();
    for (const [index, uuid] of this.#stage.partnerIds.entries()) {
      const partnerId = wireId('prt', uuid);
      const { currencies } = await this.#must('GET', `/v1/partners/${partnerId}/payable`);
      for (const { currency, payable } of currencies) {
        if (!(Number(payable.amount) > 0)) continue;
        const transfer = { amount: payable.amount, currency, paidAt: NOW, reference: `paid ${index}` };
        const payment = await this.#must('POST', '/v1/payments', { partnerId, ...transfer });
        if (payment.state === 'proposed')
          await this.#must('POST', `/v1/payments/${payment.id}/approve`, {}, SECOND_KEY);
        count(this.#tally, 'paid');
      }
    }
    await this.#drain();
  }

  async #must(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: object,
    key?: string,
  ): Promise<Answer['body']> {
    const answer = await this.#house.call(method, path, {
      ...(body === undefined ? {} : { body }),
      ...(key === undefined ? {} : { key }),
    });
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async #turn(turn: Turn, limit: number): Promise<void> {
    await this.#turns[turn](this.#house.contextOf({ limit }));
  }

  async #sayLate(): Promise<void> {
    const late = this.#late;
    this.#late = [];
    for (const fact of late) if (!(await this.#say(fact))) this.#late.push(fact);
  }

  async #say(fact: Fact): Promise<boolean> {
    const call = fact.call(this.#known);
    if (call === undefined) return false;
    const answer = await this.#house.call(call.method, call.path, { body: call.body });
    if (fact.mayComeLater === true && [404, 409].includes(answer.status)) return false;
    if (![200, 201, 202].includes(answer.status))
      throw new Error(`${fact.name}: ${answer.status} ${JSON.stringify(answer.body)}`);
    const set = changeSetIn(answer);
    if (set?.state === 'proposed') await this.#agree(fact, `/v1/change-sets/${set.id}`);
    if (fact.feature === 'grade') await this.#agree(fact, `/v1/grade-decisions/${answer.body.id}`);
    // An attribution can be taken back only when it stands.
    if (answer.status === 202) while (await this.#moveSets()) continue;
    this.#known.set(fact.name, (answer.status === 202 ? await this.#factOf(answer) : answer.body.id) ?? '');
    return true;
  }

  /** What moves booked money waits for a second person, who agrees at once. */
  async #agree(fact: Fact, waiting: string): Promise<void> {
    count(this.#tally, `by two: ${fact.feature}`);
    const path = `${waiting}/approve`;
    const { status } = await this.#house.call('POST', path, { body: { note: 'agreed' }, key: SECOND_KEY });
    if (status !== 200) throw new Error(`${path}: ${status}`);
  }

  /** What a change becomes which waited for a second person: a move, the fact of an attribution, or the change set itself. */
  async #factOf({ body }: Answer): Promise<string | undefined> {
    if (body.kind === 'move') return body.what.move ?? body.id;
    if (body.kind !== 'reassignment') return body.id ?? body.changeSet?.id;
    const rows = await this.#house.call('GET', `/v1/reassignments/${body.id}/rows`);
    return rows.body.items[0]?.factId;
  }

  async #send(door: Door, reports: readonly Report[]): Promise<void> {
    const { path, method, body, contentType } = requestOf(this.#stage, door, reports);
    const answer = await this.#house.call(method, path, {
      ...(body === undefined ? {} : { body }),
      ...(contentType === undefined ? {} : { contentType }),
    });
    if (answer.status !== 200 && answer.status !== 202)
      throw new Error(
        `${door} of ${reports[0]?.name ?? ''}: ${answer.status} ${JSON.stringify(answer.body)}`,
      );
    const items: readonly { disposition: string; reason?: string }[] = answer.body.items ?? [answer.body];
    count(this.#tally, `door ${door}`, reports.length);
    for (const [index, { disposition, reason }] of items.entries()) {
      count(this.#tally, `disposition ${disposition}`);
      if (!['accepted', 'revised', 'duplicate', 'ignored', 'parked'].includes(disposition)) {
        throw new Error(
          `${reports[index]?.name ?? ''} was ${disposition} through ${door}: ${reason ?? ''} ${JSON.stringify(items[index])}`,
        );
      }
      const report = reports[index];
      // A report without a version says the same through every door, so it can never be a revision of itself.
      if (
        disposition === 'revised' &&
        report?.event?.['version'] === undefined &&
        report?.row === undefined
      ) {
        throw new Error(`${report?.name ?? ''} says something else through ${door}`);
      }
    }
  }
}

/** The change set that an answer is, or has. */
function changeSetIn({ body }: Answer): { readonly id: string; readonly state: string } | undefined {
  if (String(body.id ?? '').startsWith('chg_')) return body;
  return body.changeSet ?? undefined;
}

/** The loop that stands at this place and must not run twice: its lanes have one writer. Evidence lanes have many (rules.md 3.5). */
function loneOwnerOf(place: FailpointName): Turn | undefined {
  if (place === 'customer:after-commit') return 'customer';
  if (place === 'customer:after-send') return 'hops';
  return place === 'partner:after-commit' ? 'partner' : undefined;
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string | object;
  readonly contentType?: string;
}

/** The request that brings these reports through this door. */
function requestOf(stage: BuiltStage, door: Door, reports: readonly Report[]): Request {
  const [first] = reports;
  if (first === undefined) throw new RangeError('nothing to send');
  const source: SourceName = first.source;
  const postback = `/s2s/${source}/${stage.tokens[source]}`;
  const parameters = (): string => new URLSearchParams(first.postback).toString();
  const rows = reports.map((report) => report.row?.fields ?? report.postback);
  switch (door) {
    case 'postback query':
      return { method: 'GET', path: `${postback}?${parameters()}` };
    case 'postback form':
      return {
        method: 'POST',
        path: postback,
        body: parameters(),
        contentType: 'application/x-www-form-urlencoded',
      };
    case 'postback json':
      return { method: 'POST', path: postback, body: rows[0] ?? {} };
    case 'single event':
      return { method: 'POST', path: '/v1/events', body: { source, ...first.event } };
    case 'batch':
      return {
        method: 'POST',
        path: '/v1/events/batch',
        body: reports.map((report) => ({ source: report.source, ...report.event })),
      };
    case 'json lines':
      return {
        method: 'POST',
        path: '/v1/events/batch',
        contentType: 'application/x-ndjson',
        body: reports.map((report) => JSON.stringify({ source: report.source, ...report.event })).join('\n'),
      };
    case 'raw':
      return {
        method: 'POST',
        path: `/v1/sources/${source}/deliveries`,
        body: first.row === undefined ? { events: rows } : { retcode: '0 Done', answer: rows },
      };
  }
}
