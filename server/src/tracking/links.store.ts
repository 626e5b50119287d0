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
  readonly allowedHosts: readonly string[] | null;
  /** Of the program, as raised by this change. */
  readonly registryVersion: number;
  readonly now: Instant;
}

export async function insertLink(tx: Tx, link: NewLink): Promise<LinkRow> {
  return tx.one<LinkRow>(
    `insert into tracking_link (id, program_id, partner_id, campaign, creative, landing_url, click_param, active, created_at, allowed_hosts, registry_version)
     values ($1, $2, $3, $4, $5, $6, $7, true, $8, $9, $10) returning *`,
    [
      link.id,
      link.programId,
      link.partnerId,
      link.campaign,
      link.creative,
      link.landingUrl,
      link.clickParam,
      formatInstant(link.now),
      link.allowedHosts,
      link.registryVersion,
    ],
  );
}

/** The caller holds the program. */
export async function updateLink(
  tx: Tx,
  id: string,
  change: {
    active: boolean;
    landingUrl: string;
    allowedHosts: readonly string[] | null;
    registryVersion: number;
  },
): Promise<LinkRow> {
  return tx.one<LinkRow>(
    `update tracking_link set active = $2, landing_url = $3, allowed_hosts = $4, registry_version = $5 where id = $1 returning *`,
    [id, change.active, change.landingUrl, change.allowedHosts, change.registryVersion],
  );
}
