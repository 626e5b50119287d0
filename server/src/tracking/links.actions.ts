import type { createLinkRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../kernel/ids.ts';
import { formatInstant } from '../kernel/instant.ts';
import { baseUrlOf } from '../platform/http/app.ts';
import type { Request } from '../platform/http/app.ts';
import { notFound, unprocessable } from '../platform/http/problem.ts';
import { uuidOf } from '../platform/http/wire.ts';
import { performWrite } from '../registry/access/index.ts';
import type { WriteDeps } from '../registry/access/index.ts';
import { getLockedProgram, programNow } from '../registry/index.ts';
import { getPartner } from '../registry/partners/index.ts';
import { refuseClosedCampaign, refuseUnusableCreative } from './promotion/index.ts';
import { insertLink, setLinkActive } from './links.store.ts';
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
  const landing = new URL(body.landingUrl);
  if (landing.username !== '' || landing.password !== '') {
    throw unprocessable('bad_landing_url', 'A landing address carries no user name or password.', [
      { path: 'body.landingUrl', message: 'leave user name and password out' },
    ]);
  }
  return performWrite(deps, request, { action: 'link.create' }, async (tx) => {
    const now = deps.clock.now();
    const partner = await getPartner(tx, partnerId, now);
    const program = await getLockedProgram(tx, partner.program_id, 'registry');
    await refuseClosedCampaign(tx, program.id, body.campaign);
    const creative = { programId: program.id, partnerId, name: body.creative, at: programNow(program, now) };
    await refuseUnusableCreative(tx, creative, now);
    const row = await insertLink(tx, {
      id: uuidv7(),
      programId: partner.program_id,
      partnerId,
      campaign: body.campaign,
      creative: body.creative,
      landingUrl: landing.href,
      clickParam: body.clickParam,
      now,
    });
    const answer = wireLink(row, request, deps.mac);
    return { status: 201, body: answer, subject: answer.id, audit: body };
  });
}

/** Switches a link off or on; a link that is off answers 404. */
export async function changeLink(deps: LinkDeps, request: Request, linkId: string, active: boolean) {
  return performWrite(deps, request, { action: 'link.update' }, async (tx) => {
    const found = await findLink(tx, linkId);
    if (found === undefined) throw notFound('link', wireId('lnk', linkId));
    await getLockedProgram(tx, found.program_id, 'registry');
    const answer = wireLink(await setLinkActive(tx, linkId, active), request, deps.mac);
    return { status: 200, body: answer, subject: answer.id, audit: { active } };
  });
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
    clickParam: row.click_param,
    active: row.active,
    url: `${baseUrlOf(request)}/c/${formatLinkToken({ linkId: row.id, partnerId: row.partner_id }, mac)}`,
    createdAt: formatInstant(row.created_at),
  };
}
