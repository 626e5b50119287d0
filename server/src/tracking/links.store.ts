import { formatInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Tx } from '../platform/db.ts';
import type { LinkRow } from './links.views.ts';

export interface NewLink {
  readonly id: string;
  readonly programId: string;
  readonly partnerId: string;
  readonly campaign: string;
  readonly creative: string;
  readonly landingUrl: string;
  readonly clickParam: string;
  readonly now: Instant;
}

export async function insertLink(tx: Tx, link: NewLink): Promise<LinkRow> {
  return tx.one<LinkRow>(
    `insert into tracking_link (id, program_id, partner_id, campaign, creative, landing_url, click_param, active, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, true, $8) returning *`,
    [
      link.id,
      link.programId,
      link.partnerId,
      link.campaign,
      link.creative,
      link.landingUrl,
      link.clickParam,
      formatInstant(link.now),
    ],
  );
}

export async function setLinkActive(tx: Tx, id: string, active: boolean): Promise<LinkRow> {
  return tx.one<LinkRow>(`update tracking_link set active = $2 where id = $1 returning *`, [id, active]);
}
