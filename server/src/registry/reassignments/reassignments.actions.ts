import type { reassignmentReply, reassignmentRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, HttpProblem, notFound, unprocessable } from '../../platform/http/problem.ts';
import { instantOf, uuidOf, wireInstant } from '../../platform/http/wire.ts';
import { performWrite } from '../access/index.ts';
import { proposeChangeSet, readChangeSet, wirePreview } from '../change-sets/index.ts';
import type { ChangeSetPreview, ChangeSetRow, Inverse } from '../change-sets/index.ts';
import { programNow } from '../program-clock.ts';
import { findProgram } from '../programs/index.ts';
import { judgeRows, readFile } from './asked-rows.ts';
import type { AskedRow } from './asked-rows.ts';
import { sayTaken } from './attribute.actions.ts';
import type { ReassignmentDeps } from './attribute.actions.ts';
import type { AttributionChange, BadRow, Wish } from './facts.ts';
import { insertRows } from './reassignments.store.ts';
import {
  bondKey,
  listBondsAt,
  listBoundTo,
  listHomes,
  listKnown,
  listPartnerNames,
  walkRows,
} from './reassignments.views.ts';
import type { KnownCustomer, ReassignmentRow } from './reassignments.views.ts';

type Asked = z.infer<typeof reassignmentRequest>;
type Reply = z.infer<typeof reassignmentReply>;

const MOST_ROWS = 50_000;
const MOST_TOLD = 1_000;
const MOST_ERRORS = 100;

/** What a request comes to before anything is written. */
interface Judged {
  readonly programId: string;
  readonly alwaysTwo: boolean;
  readonly wishes: readonly Wish[];
  readonly bad: readonly BadRow[];
  readonly known: ReadonlyMap<string, KnownCustomer & { readonly isMerged: boolean }>;
}

/**
 * Gives many customers to other partners by one change set. A row that cannot be applied is told with its place; unless `skipBad` is asked
 * for, nothing is written then (422 `bad_rows`). The rows are applied by the workers, in chunks. Throws 404, 422.
 */
export async function reassign(
  deps: ReassignmentDeps,
  request: Request,
  body: Asked,
): Promise<{ status: 200 | 202; body: Reply }> {
  const judged = await judge(deps, body);
  const { programId, wishes, bad, known } = judged;
  if (!body.dryRun) refuseBad(judged, body.skipBad);
  const preview = await deps.previewAttributions(
    programId,
    wishes.map(({ customerId, partnerId, from, reason }) => ({
      customerId,
      partnerId,
      from,
      reason,
      keepsCpa: known.get(customerId)?.granted === true,
    })),
  );
  const told = { rows: wishes.length, bad: bad.slice(0, MOST_TOLD), badRows: bad.length };
  if (body.dryRun) return { status: 200, body: { changeSet: null, ...told, preview: wirePreview(preview) } };
  return { status: 202, body: await propose(deps, request, { body, judged, preview, told }) };
}

async function propose(
  deps: ReassignmentDeps,
  request: Request,
  asked: {
    readonly body: Asked;
    readonly judged: Judged;
    readonly preview: ChangeSetPreview;
    readonly told: Pick<Reply, 'rows' | 'bad' | 'badRows'>;
  },
): Promise<Reply> {
  const { body, judged, preview, told } = asked;
  const { programId, wishes, alwaysTwo } = judged;
  const { workChannel } = deps;
  const what = whatOf(body, wishes);
  const written = await performWrite<Reply>(
    deps,
    request,
    { action: 'reassignment.create' },
    async (tx, actor) => {
      const set = {
        kind: 'reassignment',
        programId,
        what,
        note: body.reason,
        preview,
        by: actor.label,
      } as const;
      const { id, state } = await proposeChangeSet(tx, set, {
        now: deps.clock.now(),
        workChannel,
        alwaysTwo,
      });
      await insertRows(
        tx,
        id,
        wishes.map((wish) => ({ wish, factId: uuidv7() })),
      );
      const changeSet = await readChangeSet(tx, id);
      return {
        status: 202,
        body: { changeSet, ...told, preview: wirePreview(preview) },
        subject: changeSet.id,
        reason: body.reason,
        audit: { ...what, badRows: told.badRows, state, moves: preview.moves },
      };
    },
  );
  return written.body;
}

/** What the change set says of itself; the rows stand beside it. */
function whatOf(body: Asked, wishes: readonly Wish[]): Record<string, unknown> {
  const partners = new Set(wishes.map((wish) => wish.partnerId));
  const instants = new Set(wishes.map((wish) => wish.from));
  const [partnerId = null] = partners;
  const [from] = instants;
  return {
    rows: wishes.length,
    ...(body.ofPartner === undefined ? {} : { ofPartner: body.ofPartner }),
    ...(partners.size === 1 ? { partnerId: partnerId === null ? null : wireId('prt', partnerId) } : {}),
    ...(instants.size === 1 && from !== undefined ? { effectiveFrom: wireInstant(from) } : {}),
  };
}

function refuseBad({ wishes, bad }: Judged, skipBad: boolean): void {
  if (bad.length > 0 && !skipBad)
    throw new HttpProblem({
      status: 422,
      code: 'bad_rows',
      detail: `${bad.length} rows cannot be applied, so nothing was. Correct them, or ask for skipBad to apply the other ${wishes.length}.`,
      errors: bad.slice(0, MOST_ERRORS).map(({ row, customer, problem }) => ({
        path: `rows.${row}`,
        message: `${customer}: ${problem}`,
        line: row,
      })),
    });
  if (wishes.length === 0)
    throw unprocessable('nothing_to_reassign', 'No row names a customer who can be reassigned.');
}

async function judge(deps: ReassignmentDeps, body: Asked): Promise<Judged> {
  const programId = uuidOf('prg', body.programId, 'body.programId');
  return deps.db.acrossLanes('views', async (tx) => {
    const program = await findProgram(tx, programId);
    if (program === undefined) throw notFound('program', body.programId);
    const names = await listPartnerNames(tx, programId);
    const partnerIds = new Set(names.map(({ id }) => id));
    const { rows, bad } = await readRows(tx, body, partnerIds);
    if (rows.length > MOST_ROWS)
      throw unprocessable(
        'too_many_rows',
        `At most ${MOST_ROWS} customers are reassigned by one request; split the file.`,
      );
    const from = fromOf(body.effectiveFrom, programNow(program, deps.clock.now()));
    const read = judgeRows(rows, {
      programId,
      from,
      reason: body.reason,
      partner: body.partner,
      partnersByRef: new Map(names.flatMap(({ id, ref }) => (ref === null ? [] : [[ref, id]]))),
      partnerIds,
    });
    const known = await listKnownWithHomes(tx, [...new Set(read.wishes.map((wish) => wish.customerId))]);
    const checked = refuseUnknown(read.wishes, {
      programId,
      known,
      taken: await listBondsAt(tx, read.wishes),
      names: new Map(rows.map((row) => [row.row, row.customer])),
    });
    const all = [...bad, ...read.bad, ...checked.bad].toSorted((a, b) => a.row - b.row);
    const alwaysTwo = program.settings.attribution.approval === 'required';
    // What was granted to the one with whom a merged customer lives does not stand in its own row.
    const wishes = checked.wishes.map((wish) =>
      known.get(wish.customerId)?.isMerged === true && known.get(wish.customerId)?.granted === true
        ? { ...wish, keepsCpa: true }
        : wish,
    );
    return { programId, alwaysTwo, wishes, bad: all, known };
  });
}

/** What is known of customers; of those who were merged away, whether a CPA is granted to the one with whom they live. */
async function listKnownWithHomes(
  tx: Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KnownCustomer & { readonly isMerged: boolean }>> {
  const homes = await listHomes(tx, ids);
  const known = await listKnown(tx, [...new Set([...ids, ...homes.values()])]);
  return new Map(
    ids.flatMap((id) => {
      const own = known.get(id);
      if (own === undefined) return [];
      const home = homes.get(id);
      const granted = home === undefined ? own.granted : known.get(home)?.granted === true;
      return [[id, { ...own, granted, isMerged: home !== undefined }]];
    }),
  );
}

function fromOf(text: string | null | undefined, now: Instant): Instant {
  if (text === undefined) return now;
  return text === null ? (Number.NEGATIVE_INFINITY as Instant) : instantOf(text, 'body.effectiveFrom');
}

/** The rows of a request, of its file, or of everybody who is bound to a partner now. */
async function readRows(
  tx: Tx,
  body: Asked,
  partnerIds: ReadonlySet<string>,
): Promise<{ readonly rows: readonly AskedRow[]; readonly bad: readonly BadRow[] }> {
  if (body.rows !== undefined)
    return { rows: body.rows.map((row, index) => ({ ...row, row: index + 1 })), bad: [] };
  if (body.csv !== undefined) {
    const read = readFile(body.csv);
    if (!('problem' in read)) return read;
    throw unprocessable('unreadable_file', read.problem, [{ path: 'body.csv', message: read.problem }]);
  }
  const partnerId = uuidOf('prt', body.ofPartner ?? '', 'body.ofPartner');
  if (!partnerIds.has(partnerId)) {
    const detail = `The program has no partner ${body.ofPartner ?? ''}.`;
    throw unprocessable('unknown_partner', detail, [{ path: 'body.ofPartner', message: detail }]);
  }
  const ids = await listBoundTo(tx, partnerId, MOST_ROWS + 1);
  const rows = ids.map((id, index) => ({
    row: index + 1,
    customer: wireId('cus', id),
    namespace: 'customer',
  }));
  return { rows, bad: [] };
}

function refuseUnknown(
  wishes: readonly Wish[],
  asked: {
    readonly programId: string;
    readonly known: ReadonlyMap<string, KnownCustomer>;
    readonly taken: ReadonlyMap<string, string>;
    readonly names: ReadonlyMap<number, string>;
  },
): { readonly wishes: readonly Wish[]; readonly bad: readonly BadRow[] } {
  const bad: BadRow[] = [];
  const good = wishes.filter((wish) => {
    const row = { row: wish.rowNo, customer: asked.names.get(wish.rowNo) ?? '' };
    if (asked.known.get(wish.customerId)?.programId !== asked.programId) {
      bad.push({ ...row, code: 'unknown_customer', problem: 'the program has no customer of this name' });
      return false;
    }
    const holder = asked.taken.get(bondKey(wish));
    if (holder === undefined) return true;
    bad.push({ ...row, code: 'instant_taken', problem: sayTaken(holder, wish.from) });
    return false;
  });
  return { wishes: good, bad };
}

/** What undoing a row changes: what it wrote is taken back, what it took back is written anew. */
function undoingOf(row: ReassignmentRow): AttributionChange {
  const { customer_id: customerId, partner_id: partnerId, effective_from: from, reason } = row;
  if (row.retracts === null) return { customerId, retracts: row.fact_id };
  return { customerId, partnerId, from, reason, keepsCpa: row.keeps_cpa === true };
}

/** The inverse of a set: every fact that it wrote is taken back, and every one that it took back is written anew. Throws 409 for the undoing of an undoing. */
export async function invertReassignment(deps: ReassignmentDeps, set: ChangeSetRow): Promise<Inverse> {
  if (set.undoes !== null)
    throw conflict('not_undone_here', 'This set took attributions back. Assign the customers again instead.');
  const rows = await deps.db.reference((tx) =>
    walkRows(tx, { changeSetId: set.id, state: 'applied', after: [-1, 0], limit: MOST_ROWS }),
  );
  const preview = await deps.previewAttributions(set.program_id, rows.map(undoingOf));
  return { what: { rows: rows.length, undoes: wireId('chg', set.id) }, preview };
}
