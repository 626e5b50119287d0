import type { createCampaignRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { performWrite, refusingDuplicate } from '../../registry/access/index.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { getLockedProgram } from '../../registry/index.ts';
import { insertCampaign, setCampaignActive } from './promotion.store.ts';
import { findCampaign, findCampaignByName } from './promotion.views.ts';
import { wireCampaign } from './wire-promotion.ts';

/** Makes a campaign. Links and codes may also name campaigns that nobody made: these are labels. */
export async function createCampaign(
  deps: WriteDeps,
  request: Request,
  body: z.infer<typeof createCampaignRequest>,
) {
  const programId = uuidOf('prg', body.programId, 'body.programId');
  return performWrite(deps, request, { action: 'campaign.create' }, async (tx) => {
    await getLockedProgram(tx, programId, 'registry');
    const row = await refusingDuplicate(
      'campaign_name_key',
      { code: 'name_taken', detail: `The program already has a campaign "${body.name}".` },
      () => insertCampaign(tx, { id: uuidv7(), programId, name: body.name, now: deps.clock.now() }),
    );
    const answer = wireCampaign(row);
    return { status: 201, body: answer, subject: answer.id, audit: body };
  });
}

/** Closes or opens a campaign for what is issued from now on. */
export async function changeCampaign(deps: WriteDeps, request: Request, id: string, active: boolean) {
  return performWrite(deps, request, { action: 'campaign.update' }, async (tx) => {
    const found = await findCampaign(tx, id);
    if (found === undefined) throw notFound('campaign', wireId('cmp', id));
    await getLockedProgram(tx, found.program_id, 'registry');
    const answer = wireCampaign(await setCampaignActive(tx, id, active));
    return { status: 200, body: answer, subject: answer.id, audit: { active } };
  });
}

/** Throws 409 when a campaign of this name was closed. */
export async function refuseClosedCampaign(tx: Tx, programId: string, name: string): Promise<void> {
  const campaign = await findCampaignByName(tx, programId, name);
  if (campaign === undefined || campaign.active) return;
  throw conflict(
    'campaign_closed',
    `The campaign "${name}" is closed for new links and codes; open it again, or name another one.`,
  );
}
