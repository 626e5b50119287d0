import type { openingReply, openingRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { canonicalJson } from '../../kernel/json.ts';
import type { Instant } from '../../kernel/instant.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { HttpProblem, notFound, unprocessable } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { proposeChangeSet, readChangeSet, wirePreview } from '../change-sets/index.ts';
import type { ChangeSetPreview } from '../change-sets/index.ts';
import type { ProgramSnapshot } from '../facts.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { programNow } from '../program-clock.ts';
import { findProgram } from '../programs/index.ts';
import type { BadRow, ManualRow } from './facts.ts';
import { judgeOpenings } from './judge-openings.ts';
import type { WantedRow } from './judge-openings.ts';
import { insertManualRows } from './manual.store.ts';
import { listOpened, listPartnerRefs } from './manual.views.ts';
import type { ManualRowKept } from './manual.views.ts';
import { MOST_NAMED, previewRows, sumMoved } from './preview.ts';
import { readOpenings } from './read-openings.ts';
import type { AskedOpening } from './read-openings.ts';

/** What rooms that propose rows by hand need. Balances are the ledger's, which the registry may not know. */
export interface ManualDeps extends WriteDeps {
  readonly workChannel: string;
  readonly getProgram: (programId: string) => Promise<ProgramSnapshot>;
  /** What these partners have now in all, minor units by `partner currency`. */
  readonly listBalances: (partnerIds: readonly string[]) => Promise<ReadonlyMap<string, bigint>>;
}

type Asked = z.infer<typeof openingRequest>;
type Reply = z.infer<typeof openingReply>;

const MOST_ROWS = 50_000;
const MOST_TOLD = 1_000;
const MOST_ERRORS = 100;

interface Judged {
  readonly programId: string;
  readonly wanted: readonly WantedRow[];
  readonly bad: readonly BadRow[];
  readonly duplicates: number;
  readonly preview: ChangeSetPreview;
}

/**
 * Proposes what an earlier system left (rules.md 1.8): opening balances, carries and counters, CPAs that were paid. Rows that say again what
 * was opened before are left out, those that contradict it are refused. Nothing counts before a second person approved the change set.
 * Throws 404; 422 `bad_rows`, `unreadable_file`, `too_many_rows`.
 */
export async function proposeOpenings(
  deps: ManualDeps,
  request: Request,
  body: Asked,
): Promise<{ status: 200 | 202; body: Reply }> {
  const judged = await judge(deps, body);
  const { programId, wanted, bad, duplicates, preview } = judged;
  const told = {
    rows: wanted.length,
    duplicates,
    bad: bad.slice(0, MOST_TOLD).map((row) => ({ ...row })),
    badRows: bad.length,
    preview: wirePreview(preview),
  };
  if (body.dryRun) return { status: 200, body: { changeSet: null, ...told } };
  if (bad.length > 0 && !body.skipBad) throw refuseBad(judged);
  if (wanted.length === 0) return { status: 200, body: { changeSet: null, ...told } };
  const written = await performWrite<Reply>(
    deps,
    request,
    { action: 'opening.propose' },
    async (tx, actor) => {
      // Two imports at once meet here: the second sees what the first opened.
      await getLockedProgram(tx, programId, 'registry');
      await refuseTaken(tx, programId, wanted);
      const { id } = await proposeChangeSet(
        tx,
        {
          kind: 'opening',
          programId,
          what: whatOf(wanted),
          note: body.reason,
          preview,
          by: actor.label,
        },
        { now: deps.clock.now(), workChannel: deps.workChannel, alwaysTwo: true },
      );
      await insertManualRows(
        tx,
        { changeSetId: id, programId },
        wanted.map((row, index): ManualRow => ({ ...row, rowNo: index + 1, id: uuidv7() })),
      );
      const changeSet = await readChangeSet(tx, id);
      return {
        status: 202,
        body: { changeSet, ...told },
        subject: changeSet.id,
        reason: body.reason,
        audit: { ...whatOf(wanted), badRows: bad.length, duplicates, moves: preview.moves },
      };
    },
  );
  return { status: 202, body: written.body };
}

/** What the change set says of itself; the rows stand beside it. */
function whatOf(wanted: readonly WantedRow[]): Record<string, unknown> {
  const count = (kind: WantedRow['kind']): number => wanted.filter((row) => row.kind === kind).length;
  return { balances: count('balance'), carries: count('carry'), cpas: count('cpa') };
}

function refuseBad({ wanted, bad }: Judged): HttpProblem {
  return new HttpProblem({
    status: 422,
    code: 'bad_rows',
    detail: `${bad.length} rows cannot be taken, so none was. Correct them, or ask for skipBad to take the other ${wanted.length}.`,
    errors: bad.slice(0, MOST_ERRORS).map(({ row, problem }) => ({
      path: `rows.${row}`,
      message: problem,
      line: row,
    })),
  });
}

async function judge(deps: ManualDeps, body: Asked): Promise<Judged> {
  const programId = uuidOf('prg', body.programId, 'body.programId');
  const { rows, bad } = readRows(body);
  if (rows.length > MOST_ROWS)
    throw unprocessable(
      'too_many_rows',
      `At most ${MOST_ROWS} rows are taken by one request; split the file.`,
    );
  const found = await deps.db.reference(async (tx) => {
    const program = await findProgram(tx, programId);
    if (program === undefined) throw notFound('program', body.programId);
    return { program, partners: await listPartnerRefs(tx, programId) };
  });
  const program = await deps.getProgram(programId);
  const now = programNow(found.program, deps.clock.now());
  const judged = judgeOpenings(rows, {
    program,
    now,
    at: body.at === undefined ? now : instantFromIso(body.at),
    reason: body.reason,
    partnersByRef: new Map(found.partners.flatMap(({ id, ref }) => (ref === null ? [] : [[ref, id]]))),
  });
  const opened = await deps.db.reference((tx) => listOpened(tx, programId, keysOf(judged.wanted)));
  const split = splitOpened(judged.wanted, opened);
  const preview = await previewOf(deps, { program, now, rows: split.fresh });
  return {
    programId,
    wanted: split.fresh,
    duplicates: split.duplicates,
    bad: [...bad, ...judged.bad, ...split.bad].toSorted((a, b) => a.row - b.row),
    preview,
  };
}

async function previewOf(
  deps: ManualDeps,
  asked: {
    readonly program: ProgramSnapshot;
    readonly now: Instant;
    readonly rows: readonly WantedRow[];
  },
): Promise<ChangeSetPreview> {
  const named = sumMoved(asked.rows).slice(0, MOST_NAMED);
  const balances = await deps.listBalances([...new Set(named.map((one) => one.partnerId))]);
  return previewRows(asked.rows, { ...asked, balances });
}

function readRows(body: Asked): { readonly rows: readonly AskedOpening[]; readonly bad: readonly BadRow[] } {
  if (body.rows !== undefined)
    return { rows: body.rows.map((row, index) => ({ ...row, row: index + 1 })), bad: [] };
  const read = readOpenings(body.csv ?? '');
  if (!('problem' in read)) return read;
  throw unprocessable('unreadable_file', read.problem, [{ path: 'body.csv', message: read.problem }]);
}

function keysOf(wanted: readonly WantedRow[]): string[] {
  return wanted.flatMap((row) => (row.key === null ? [] : [row.key]));
}

/** What is new, what says the same again, and what contradicts what was opened before. */
function splitOpened(
  wanted: readonly WantedRow[],
  opened: ReadonlyMap<string, ManualRowKept>,
): { readonly fresh: readonly WantedRow[]; readonly duplicates: number; readonly bad: readonly BadRow[] } {
  const fresh: WantedRow[] = [];
  const bad: BadRow[] = [];
  let duplicates = 0;
  for (const [index, row] of wanted.entries()) {
    const before = opened.get(row.key ?? '');
    if (before === undefined) fresh.push(row);
    else if (isSame(row, before)) duplicates += 1;
    else
      bad.push({
        row: index + 1,
        code: 'opened_before',
        problem: `${row.key} was opened before${before.amount === null ? '' : ` with ${before.amount} minor units`}; undo that change set, or correct it by an adjustment`,
      });
  }
  return { fresh, duplicates, bad };
}

function isSame(row: WantedRow, before: ManualRowKept): boolean {
  return (
    (row.amountMinor === null ? null : String(row.amountMinor)) === before.amount &&
    row.period === before.period &&
    row.component === before.component &&
    canonicalJson(row.carry) === canonicalJson(before.carry)
  );
}

async function refuseTaken(tx: Tx, programId: string, wanted: readonly WantedRow[]): Promise<void> {
  const opened = await listOpened(tx, programId, keysOf(wanted));
  const [first] = opened.keys();
  if (first !== undefined)
    throw new HttpProblem({
      status: 409,
      code: 'opened_meanwhile',
      detail: `Somebody else opened ${opened.size} of these rows just now, the first is ${first}. Send the file again: what was opened is left out.`,
    });
}
