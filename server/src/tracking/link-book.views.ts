import type { Instant } from '../kernel/instant.ts';
import type { Tx } from '../platform/db.ts';
import type { CreativeState } from '../registry/facts.ts';
import type { StoredBookProgram, StoredLink } from './link-book.ts';

/** What was asked of one program: its small part whole, and the links that were written after a version. */
export interface BookChange {
  readonly program: StoredBookProgram;
  readonly links: readonly StoredLink[];
}

/**
 * Reads a program's version first: what is read after it may be newer than it says, never older, so a link is at worst read once
 * more than needed.
 */
export async function findBookChange(
  tx: Tx,
  programId: string,
  after: number,
): Promise<BookChange | undefined> {
  const row = await tx.find<{
    registry_version: number;
    clock_at: Instant | null;
    settings: { links?: { allowedHosts: string[] }; creatives?: { approvalRequired: boolean } };
  }>(`select registry_version, clock_at, settings from program where id = $1`, [programId]);
  if (row === undefined) return undefined;
  const required = row.settings.creatives?.approvalRequired ?? false;
  return {
    program: {
      id: programId,
      registryVersion: row.registry_version,
      clockAt: row.clock_at,
      allowedHosts: row.settings.links?.allowedHosts ?? [],
      creativeApprovalRequired: required,
      creatives: required ? await listBookCreatives(tx, programId) : [],
      watched: await tx.rows<StoredBookProgram['watched'][number]>(
        `select id, suspended_at as "suspendedAt", flagged_at as "flaggedAt" from partner
         where program_id = $1 and (suspended_at is not null or flagged_at is not null)`,
        [programId],
      ),
    },
    links: await listBookLinks(tx, programId, after),
  };
}

async function listBookCreatives(tx: Tx, programId: string): Promise<StoredBookProgram['creatives']> {
  const rows = await tx.rows<{
    id: string;
    name: string;
    expires_at: Instant | null;
    state: CreativeState;
    effective_from: Instant;
  }>(
    `select c.id, c.name, c.expires_at, s.state, s.effective_from from creative c join creative_state s on s.creative_id = c.id
     where c.program_id = $1 order by c.id, s.version`,
    [programId],
  );
  const byId = new Map<string, (typeof rows)[number][]>();
  for (const row of rows) {
    const states = byId.get(row.id);
    if (states === undefined) byId.set(row.id, [row]);
    else states.push(row);
  }
  return [...byId.values()].flatMap((states) => {
    const [first] = states;
    if (first === undefined) return [];
    return {
      id: first.id,
      name: first.name,
      expiresAt: first.expires_at,
      states: states.map((row) => ({ state: row.state, effectiveFrom: row.effective_from })),
    };
  });
}

async function listBookLinks(tx: Tx, programId: string, after: number): Promise<StoredLink[]> {
  const rows = await tx.rows<{
    id: string;
    partner_id: string;
    creative: string;
    landing_url: string;
    click_param: string;
    active: boolean;
    allowed_hosts: string[] | null;
  }>(
    `select id, partner_id, creative, landing_url, click_param, active, allowed_hosts from tracking_link
     where program_id = $1 and registry_version > $2`,
    [programId, after],
  );
  return rows.map((row) => [
    row.id,
    row.partner_id,
    row.creative,
    row.landing_url,
    row.click_param,
    row.active,
    row.allowed_hosts,
  ]);
}
