import type { createLinkRequest, updateLinkRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { isAllowedHost } from '../kernel/host.ts';
import { wireId } from '../kernel/ids.ts';
import { formatInstant } from '../kernel/instant.ts';
import type { Tx } from '../platform/db.ts';
import { baseUrlOf } from '../platform/http/app.ts';
import type { Request } from '../platform/http/app.ts';
import { notFound, unprocessable } from '../platform/http/problem.ts';
import { uuidOf } from '../platform/http/wire.ts';
import { performWrite } from '../registry/access/index.ts';
import type { WriteDeps } from '../registry/access/index.ts';
import { allowedHostOf, getLockedProgram, programNow } from '../registry/index.ts';
import { getPartner } from '../registry/partners/index.ts';
import { findPromotionRules, refuseClosedCampaign, refuseUnusableCreative } from './promotion/index.ts';
import { insertLink, updateLink } from './links.store.ts';
import { findLink } from './links.views.ts';
import type { LinkRow } from './links.views.ts';
import { formatLinkToken } from './token.ts';
import type { Mac } from './token.ts';

/** What links need beyond the usual: the key that signs their tokens. */
export interface LinkDeps extends WriteDeps {
  readonly mac: Mac;
}

/** Makes a tracking link of a partner. */
export async function createLink(deps: LinkDeps, request: Request, body: z.infer<typeof createLinkRequest>) {
  const partnerId = uuidOf('prt', body.partnerId, 'body.partnerId');
  const landing = landingOf(body.landingUrl);
  const allowedHosts = hostsOf(body.allowedHosts);
  return performWrite(deps, request, { action: 'link.create' }, async (tx) => {
    const now = deps.clock.now();
    const partner = await getPartner(tx, partnerId, now);
    const program = await getLockedProgram(tx, partner.program_id, 'registry');
    await refuseClosedCampaign(tx, program.id, body.campaign);
    const creative = { programId: program.id, partnerId, name: body.creative, at: programNow(program, now) };
    await refuseUnusableCreative(tx, creative, now);
    await refuseForeignLanding(tx, program.id, landing);
    const row = await insertLink(tx, {
      id: uuidv7(),
      programId: partner.program_id,
      partnerId,
      campaign: body.campaign,
      creative: body.creative,
      landingUrl: landing.href,
      clickParam: body.clickParam,
      allowedHosts,
      registryVersion: program.registry_version,
      now,
    });
    const answer = wireLink(row, request, deps.mac);
    return { status: 201, body: answer, subject: answer.id, audit: body };
  });
}

/** Switches a link off or on (off answers 404), or changes where it leads. */
export async function changeLink(
  deps: LinkDeps,
  request: Request,
  linkId: string,
  body: z.infer<typeof updateLinkRequest>,
) {
  const landing = body.landingUrl === undefined ? undefined : landingOf(body.landingUrl);
  const allowedHosts = body.allowedHosts === undefined ? undefined : hostsOf(body.allowedHosts);
  return performWrite(deps, request, { action: 'link.update' }, async (tx) => {
    const found = await findLink(tx, linkId);
    if (found === undefined) throw notFound('link', wireId('lnk', linkId));
    const program = await getLockedProgram(tx, found.program_id, 'registry');
    const before = (await findLink(tx, linkId)) ?? found;
    if (landing !== undefined) await refuseForeignLanding(tx, program.id, landing);
    const row = await updateLink(tx, linkId, {
      active: body.active ?? before.active,
      landingUrl: landing?.href ?? before.landing_url,
      allowedHosts: allowedHosts === undefined ? before.allowed_hosts : allowedHosts,
      registryVersion: program.registry_version,
    });
    const answer = wireLink(row, request, deps.mac);
    return { status: 200, body: answer, subject: answer.id, audit: body };
  });
}

/** Throws 422. */
function landingOf(text: string): URL {
  const landing = new URL(text);
  if (landing.username === '' && landing.password === '') return landing;
  throw unprocessable('bad_landing_url', 'A landing address carries no user name or password.', [
    { path: 'body.landingUrl', message: 'leave user name and password out' },
  ]);
}

function hostsOf(texts: readonly string[] | null): string[] | null {
  return texts?.map((text, index) => allowedHostOf(text, `body.allowedHosts[${index}]`)) ?? null;
}

/** Throws 422 where the program names its hosts and this is none of them. */
async function refuseForeignLanding(tx: Tx, programId: string, landing: URL): Promise<void> {
  const { allowedHosts } = await findPromotionRules(tx, programId);
  if (allowedHosts.length === 0 || isAllowedHost(landing.hostname, allowedHosts)) return;
  const detail = `The program's links may not lead to ${landing.hostname}.`;
  throw unprocessable('host_not_allowed', detail, [
    {
      path: 'body.landingUrl',
      message: `lead to ${allowedHosts.join(' or ')}, or allow the host in the program`,
    },
  ]);
}

/** A link on the wire, with the address under which the caller reached us. */
export function wireLink(row: LinkRow, request: Request, mac: Mac) {
  return {
    id: wireId('lnk', row.id),
    programId: wireId('prg', row.program_id),
    partnerId: wireId('prt', row.partner_id),
    campaign: row.campaign,
    creative: row.creative,
    landingUrl: row.landing_url,
    allowedHosts: row.allowed_hosts,
    clickParam: row.click_param,
    active: row.active,
    url: `${baseUrlOf(request)}/c/${formatLinkToken({ linkId: row.id, partnerId: row.partner_id }, mac)}`,
    createdAt: formatInstant(row.created_at),
  };
}
