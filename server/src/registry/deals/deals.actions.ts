// A person writes a version of terms, or takes one back. What reaches into what was decided passes the gate (rules.md 2.16).
import type { ChangeSetReply, createDealRequest, dealPreviewReply, dealReply } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { needsSecondPerson } from '../../kernel/four-eyes.ts';
import { wireId } from '../../kernel/ids.ts';
import { addMicros, instantFromIso, MICROS_PER_DAY } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { Actor, Request } from '../../platform/http/app.ts';
import { HttpProblem, notFound, unprocessable } from '../../platform/http/problem.ts';
import { boundText, uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../access/index.ts';
import type { WriteDeps, Written } from '../access/index.ts';
import {
  movePlace,
  NO_PROGRESS,
  proposeChangeSet,
  readChangeSet,
  readChangeSetLimit,
  wirePreview,
} from '../change-sets/index.ts';
import type { ChangeSetPreview } from '../change-sets/index.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { programNow } from '../program-clock.ts';
import type { DealChange, PreviewDeal } from './deal-change.ts';
import { parseDeal } from './deal.ts';
import {
  getDeal,
  refuseRetracted,
  refuseTaken,
  refuseUnfit,
  writeRetraction,
  writeVersion,
} from './deal-writes.actions.ts';
import type { WantedDeal } from './deal-writes.actions.ts';
import { countVersions, findTimeOf } from './deals.views.ts';
import type { DealRow } from './deals.views.ts';
import { endOfTerms } from './facts.ts';
import type { DealDocument, DealEnd } from './facts.ts';
import { readStoredDeal } from './stored-deal.ts';
import { wireDeal } from './wire-deal.ts';

/** What changes of terms need: who tells the workers, and who finds out what they would do to money. */
export interface DealDeps extends WriteDeps {
  readonly workChannel: string;
  readonly previewDeal: PreviewDeal;
}

type Body = z.infer<typeof createDealRequest>;
type DealReply = z.infer<typeof dealReply>;
/** 201: it stands. 202: it waits for a second person. */
export type DealAnswer =
  | { readonly status: 201; readonly body: DealReply }
  | { readonly status: 202; readonly body: ChangeSetReply };

/**
 * Writes the next version of the terms of a partner, or of the program; every customer of the program is judged again. A version on which
 * something depends that was decided is a restatement: a change set, applied in the same transaction below the program's limit (201), else
 * waiting for a second person (202).
 */
export async function createDeal(deps: DealDeps, request: Request, body: Body): Promise<DealAnswer> {
  const { reason } = body;
  return writeWanted(deps, request, wantedOf(body), { action: 'deal.create', reason, audit: body });
}

async function writeWanted(
  deps: DealDeps,
  request: Request,
  wanted: WantedDeal,
  asked: Pick<GatedChange, 'action' | 'reason' | 'audit'>,
): Promise<DealAnswer> {
  return throughGate(deps, request, {
    ...asked,
    programId: wanted.programId,
    what: whatOf(wanted),
    seen: await look(deps, wanted),
    check: async (tx, time) => {
      await refuseUnfit(tx, { ...wanted, zone: time.zone, now: time.programNow });
      await refuseTaken(tx, wanted);
    },
    write: (tx, made) => writeVersion(tx, { ...wanted, zone: made.zone, programNow: made.programNow }, made),
  });
}

/** Takes a version back: it never was, and the one before it holds again. It passes the gate like a version. Throws 404, 409. */
export async function takeDealBack(
  deps: DealDeps,
  request: Request,
  id: string,
  reason: string,
): Promise<DealAnswer> {
  const deal = await deps.db.reference((tx) => getDeal(tx, id));
  return throughGate(deps, request, {
    action: 'deal.retract',
    programId: deal.program_id,
    what: whatOfRetraction(deal),
    reason,
    seen: await lookAtRetraction(deps, deal),
    audit: whatOfRetraction(deal),
    check: async (tx) => refuseRetracted(await getDeal(tx, id)),
    write: async (tx, made) => writeRetraction(tx, await getDeal(tx, id), { ...made, reason }),
  });
}

/** An end as it is asked for. */
export interface AskedEnd {
  readonly endsAt: string;
  readonly next: DealEnd;
}

/**
 * Ends the deal of which this version is in force until the instant, without a successor: what happens from then on is paid by nothing, or by the default deal.
 * It passes the gate like a version. Throws 404, 409, 422.
 */
export async function endDeal(
  deps: DealDeps,
  request: Request,
  id: string,
  { reason, ...asked }: AskedEnd & { readonly reason: string },
): Promise<DealAnswer> {
  const wanted = await wantedEndOf(deps, id, asked);
  const action = 'deal.end';
  return writeWanted(deps, request, wanted, { action, reason, audit: { id: wireId('del', id), ...asked } });
}

/** Which way ending a deal would go, and what it would do. Throws what ending it would be refused with. */
export async function previewEndWay(
  deps: DealDeps,
  id: string,
  asked: AskedEnd,
): Promise<z.infer<typeof dealPreviewReply>> {
  const wanted = await wantedEndOf(deps, id, asked);
  return wayOf(deps, wanted.programId, await look(deps, wanted));
}

async function wantedEndOf(deps: DealDeps, id: string, { endsAt, next }: AskedEnd): Promise<WantedDeal> {
  const deal = await deps.db.reference((tx) => getDeal(tx, id));
  refuseRetracted(deal);
  return {
    id: uuidv7(),
    programId: deal.program_id,
    partnerId: deal.partner_id,
    document: endOfTerms(readStoredDeal(deal.document)),
    from: endsAt,
    ends: { next, of: id },
  };
}

/** Which way writing a version would go, and what it would do. Throws what writing it would be refused with. */
export async function previewDealWay(deps: DealDeps, body: Body): Promise<z.infer<typeof dealPreviewReply>> {
  const wanted = wantedOf(body);
  return wayOf(deps, wanted.programId, await look(deps, wanted));
}

/** The same of taking a version back. */
export async function previewRetractionWay(
  deps: DealDeps,
  id: string,
): Promise<z.infer<typeof dealPreviewReply>> {
  const deal = await deps.db.reference((tx) => getDeal(tx, id));
  return wayOf(deps, deal.program_id, await lookAtRetraction(deps, deal));
}

async function wayOf(deps: DealDeps, programId: string, { preview, refusal }: Seen) {
  if (refusal !== undefined) throw refusal;
  const limit = await deps.db.reference((tx) => readChangeSetLimit(tx, programId));
  const way =
    preview === undefined || !restates(preview)
      ? ('at_once' as const)
      : needsSecondPerson(preview, limit.amount)
        ? ('second_person' as const)
        : ('change_set' as const);
  return { way, preview: preview === undefined ? null : wirePreview(preview), limit };
}

/**
 * Everything that is asked of a deal before it is written, without writing it: the same refusals as `createDeal`. Answers the document with
 * its defaults filled in.
 */
export async function checkDeal(deps: Pick<WriteDeps, 'db' | 'clock'>, body: Body): Promise<DealDocument> {
  const wanted = wantedOf(body);
  await deps.db.reference(async (tx) => {
    const { zone, now } = await getTimeOf(deps, tx, wanted.programId);
    await refuseUnfit(tx, { ...wanted, zone, now });
  });
  return wanted.document;
}

/** Reads what is asked for. Throws a 422 that names every problem of the document with its place. */
function wantedOf(body: Body): WantedDeal {
  const programId = uuidOf('prg', body.programId, 'body.programId');
  const partnerId = body.partnerId === null ? null : uuidOf('prt', body.partnerId, 'body.partnerId');
  return {
    id: uuidv7(),
    programId,
    partnerId,
    document: getParsedDeal(body.document),
    from: body.effectiveFrom,
  };
}

/** Evidence may lie so far ahead of the clock of the program, and is decided then too. */
const FUTURE_MICROS = MICROS_PER_DAY;

/** What is known of a change before it is made. */
interface Seen {
  /** undefined: it begins in the future, so that nothing that was decided depends on it; or it is refused. */
  readonly preview: ChangeSetPreview | undefined;
  /** Why it cannot be made. What is refused is not looked at: the write refuses it, or gives the answer of the same request again. */
  readonly refusal: HttpProblem | undefined;
}

async function look(deps: DealDeps, wanted: WantedDeal): Promise<Seen> {
  const { programId, partnerId, document, id, from, ends } = wanted;
  return seenOf(deps, programId, {
    check: async (tx, time) => {
      await refuseUnfit(tx, { ...wanted, zone: time.zone, now: time.now });
      await refuseTaken(tx, wanted);
    },
    change: async (tx) => {
      const { newest } = await countVersions(tx, programId, partnerId);
      const version = { id, partnerId, version: newest + 1, effectiveFrom: instantOfFrom(from), document };
      return { write: { ...version, ...(ends === undefined ? {} : { ends: ends.next }) } };
    },
    from: instantOfFrom(from),
  });
}

function lookAtRetraction(deps: DealDeps, deal: DealRow): Promise<Seen> {
  const { id, partner_id: partnerId, effective_from: effectiveFrom } = deal;
  return seenOf(deps, deal.program_id, {
    check: () => Promise.resolve(refuseRetracted(deal)),
    change: () => Promise.resolve({ retracts: { id, partnerId, effectiveFrom } }),
    from: effectiveFrom,
  });
}

async function seenOf(
  deps: DealDeps,
  programId: string,
  asked: {
    readonly check: (tx: Tx, time: { readonly zone: string; readonly now: Instant }) => Promise<void>;
    readonly change: (tx: Tx) => Promise<DealChange>;
    readonly from: Instant;
  },
): Promise<Seen> {
  try {
    const change = await deps.db.reference(async (tx) => {
      const time = await getTimeOf(deps, tx, programId);
      await asked.check(tx, time);
      return asked.from < addMicros(time.now, FUTURE_MICROS) ? asked.change(tx) : undefined;
    });
    const preview = change === undefined ? undefined : await deps.previewDeal(programId, change);
    return { preview, refusal: undefined };
  } catch (error) {
    if (error instanceof HttpProblem) return { preview: undefined, refusal: error };
    throw error;
  }
}

/** Something that was decided depends on it; where it is not known, it may. */
function restates({ customers, money, isComplete }: ChangeSetPreview): boolean {
  return customers.changed > 0 || money.length > 0 || !isComplete;
}

async function getTimeOf(
  deps: Pick<WriteDeps, 'clock'>,
  tx: Tx,
  programId: string,
): Promise<{ readonly zone: string; readonly now: Instant }> {
  const time = await findTimeOf(tx, programId);
  if (time === undefined) throw notFound('program', wireId('prg', programId));
  return { zone: time.zone, now: programNow(time, deps.clock.now()) };
}

interface Making {
  readonly now: Instant;
  readonly by: string;
  readonly changeSetId: string | null;
  readonly zone: string;
  readonly programNow: Instant;
}

interface GatedChange {
  readonly action: string;
  readonly programId: string;
  readonly what: Readonly<Record<string, unknown>>;
  readonly reason: string | undefined;
  readonly seen: Seen;
  readonly audit: object;
  /** Throws where it cannot be made, in a transaction that holds the program. */
  readonly check: (tx: Tx, time: Pick<Making, 'zone' | 'programNow'>) => Promise<void>;
  readonly write: (tx: Tx, made: Making) => Promise<DealRow>;
}

async function throughGate(deps: DealDeps, request: Request, change: GatedChange): Promise<DealAnswer> {
  const { action, seen, programId } = change;
  const written = await performWrite<DealReply | ChangeSetReply>(
    deps,
    request,
    { action },
    async (tx, actor) => {
      const program = await getLockedProgram(tx, programId, 'registry');
      const time = { zone: program.zone, programNow: programNow(program, deps.clock.now()) };
      await change.check(tx, time);
      // What was refused when it was looked at, and would not be now, was not looked at.
      if (seen.refusal !== undefined) throw seen.refusal;
      if (seen.preview === undefined || !restates(seen.preview))
        return writeAtOnce(deps, tx, { change, actor, time, changeSetId: null });
      return propose(deps, tx, { change, actor, time, preview: seen.preview });
    },
  );
  return written.status === 202
    ? { status: 202, body: written.body as ChangeSetReply }
    : { status: 201, body: written.body as DealReply };
}

interface Asked {
  readonly change: GatedChange;
  readonly actor: Actor;
  readonly time: Pick<Making, 'zone' | 'programNow'>;
}

async function writeAtOnce(
  deps: DealDeps,
  tx: Tx,
  asked: Asked & { readonly changeSetId: string | null },
): Promise<Written<DealReply>> {
  const { change, actor, time, changeSetId } = asked;
  await getLockedProgram(tx, change.programId, 'facts');
  const made = { ...time, now: deps.clock.now(), by: actor.label, changeSetId };
  const body = wireDeal(await change.write(tx, made));
  const set =
    changeSetId === null ? {} : { changeSet: wireId('chg', changeSetId), moves: change.seen.preview?.moves };
  return {
    status: 201,
    body,
    subject: body.id,
    reason: change.reason,
    audit: { ...change.audit, ...set },
  };
}

async function propose(
  deps: DealDeps,
  tx: Tx,
  asked: Asked & { readonly preview: ChangeSetPreview },
): Promise<Written<DealReply | ChangeSetReply>> {
  const { change, actor, preview } = asked;
  const { programId, what, reason } = change;
  const now = deps.clock.now();
  const note = reason ?? 'No reason was given.';
  const set = await proposeChangeSet(
    tx,
    { kind: 'deal', programId, what, note, preview, by: actor.label },
    { now, workChannel: deps.workChannel },
  );
  if (set.state === 'running') {
    const written = await writeAtOnce(deps, tx, { ...asked, changeSetId: set.id });
    const progress = { ...NO_PROGRESS, changed: preview.customers.changed };
    await movePlace(tx, { id: set.id, undoes: null }, { place: undefined, progress, now });
    return written;
  }
  const reply = await readChangeSet(tx, set.id);
  const audit = { ...what, state: set.state, moves: preview.moves };
  return { status: 202, body: reply, subject: reply.id, reason, audit };
}

/** What a change set says of a version that is to be written. */
export function whatOf({ id, partnerId, from, document, ends }: Omit<WantedDeal, 'programId'>) {
  return {
    ...(ends === undefined
      ? {}
      : { next: ends.next, ends: ends.of === null ? null : wireId('del', ends.of) }),
    deal: wireId('del', id),
    partnerId: partnerId === null ? null : wireId('prt', partnerId),
    effectiveFrom: from ?? null,
    document,
  };
}

/** What a change set says of a version that is taken back. */
export function whatOfRetraction(deal: DealRow) {
  const { id, partnerId, effectiveFrom, version } = wireDeal(deal);
  return { retracts: id, partnerId, effectiveFrom, version };
}

function instantOfFrom(from: string | null | undefined): Instant {
  const text = boundText(from, '-infinity', 'body.effectiveFrom');
  return text === '-infinity' ? (Number.NEGATIVE_INFINITY as Instant) : instantFromIso(text);
}

/** The document with its defaults filled in. Throws a 422 that names every problem with its place. */
function getParsedDeal(document: unknown): DealDocument {
  const parsed = parseDeal(document);
  if (parsed.ok) return parsed.value;
  throw unprocessable(
    parsed.reason,
    'The deal document is not valid.',
    parsed.problems.map(({ path, problem }) => ({
      path: path.replace(/^\$/, 'body.document'),
      message: problem,
    })),
  );
}
