import { chainCheckReply, ledgerBlockListQuery, ledgerBlockPage } from '@plumbline/contract';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Db } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { checkAudit } from '../../registry/audit/index.ts';
import { checkChains } from './chain-check.views.ts';
import { listBlockHeads } from './chain.views.ts';

/** Sealed blocks of the books, and the proof that they are as they were sealed. */
export function blockRoutes(app: App, deps: { readonly db: Db }): void {
  app.route({
    method: 'GET',
    url: '/v1/ledger/blocks',
    schema: {
      tags: ['ledger'],
      summary: 'List the sealed blocks of the books',
      description:
        'Each lane and program has a chain of its own. Keep the newest hash of a chain elsewhere, and nobody can shorten it unseen.',
      querystring: ledgerBlockListQuery,
      response: { 200: ledgerBlockPage },
    },
    handler: async (request) => {
      const { limit, cursor, lane, programId } = request.query;
      const key = decodeCursor(cursor, 3);
      if (key !== undefined && !isPlace(key)) throw badCursor();
      const rows = await deps.db.acrossLanes('views', (tx) =>
        listBlockHeads(tx, {
          lane,
          programId: programId === undefined ? undefined : uuidOf('prg', programId),
          after: key,
          limit: limit + 1,
        }),
      );
      return pageOf(rows, limit, {
        item: (row) => ({
          ...row,
          programId: wireId('prg', row.programId),
          bookedThrough: formatInstant(row.bookedThrough),
          sealedAt: formatInstant(row.sealedAt),
        }),
        key: (row) => [row.lane, row.programId, row.number],
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/ledger/blocks/check',
    schema: {
      tags: ['ledger'],
      summary: 'Prove that sealed blocks of the books and of the audit trail are as they were sealed',
      description:
        'Reads all of it: minutes where there are many millions of rows. `plumbline verify` proves the same, and the books against the evidence.',
      response: { 200: chainCheckReply },
    },
    handler: async () => {
      const [ledger, audit] = await deps.db.acrossLanes('ledger_check', async (tx) => [
        await checkChains(tx),
        await checkAudit(tx),
      ]);
      return {
        ok: ledger.wrong.length + audit.wrong.length === 0,
        ledger: {
          chains: ledger.chains,
          blocks: ledger.blocks,
          sealed: ledger.sealedRows,
          unsealed: ledger.unsealedRows,
          differences: ledger.wrong.length,
          first: ledger.wrong[0] ?? null,
        },
        audit: {
          blocks: audit.blocks,
          sealed: audit.sealedEntries,
          unsealed: audit.unsealedEntries,
          differences: audit.wrong.length,
          first: audit.wrong[0] ?? null,
        },
      };
    },
  });
}

/** Whether a cursor's parts are lane, program and number; a program that is no uuid would fail in the database. */
function isPlace([lane = '', programId = '', number = '']: readonly string[]): boolean {
  return /^\d{1,4}$/u.test(lane) && /^[0-9a-f-]{36}$/u.test(programId) && /^\d{1,9}$/u.test(number);
}
