import { randomBytes } from 'node:crypto';
import { isbot } from 'isbot';
import { z } from 'zod';
import { derivedUuid } from '../kernel/digest.ts';
import { shortenIp } from '../kernel/ip.ts';
import { toMillis } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { laneOf } from '../kernel/lane.ts';
import type { Context } from '../platform/context.ts';
import type { App, Request } from '../platform/http/app.ts';
import { HttpProblem } from '../platform/http/problem.ts';
import { findSuspensionAt } from '../registry/facts.ts';
import type { LinkEntry, RegistryCache } from '../registry/index.ts';
import { clickMac } from './click-verifier.actions.ts';
import { createClickRecorder } from './click-recorder.actions.ts';
import { landingAddress, storableText, subsOf } from './click.ts';
import type { ClickRow } from './clicks.store.ts';
import { formatClickId, readLinkToken } from './token.ts';

/** `/c/{token}`: records the visit and sends the visitor on with a click id (requirements T1, T6). */
export function redirectRoutes(app: App, deps: { context: Context; registry: RegistryCache }): void {
  const { context, registry } = deps;
  const mac = clickMac(context.secrets);
  const recorder = createClickRecorder(context.db, context.log);
  app.addHook('onClose', () => recorder.settle());
  app.route({
    method: 'GET',
    url: '/c/:token',
    schema: {
      tags: ['links'],
      summary: 'Follow a tracking link',
      description: 'sub1 to sub10 are kept with the visit.',
      params: z.object({ token: z.string() }),
      response: { 302: z.string().describe('To the landing page, with the click id.') },
    },
    handler: async (request, reply) => {
      const token = readLinkToken(request.params.token, mac);
      const link = token === undefined ? undefined : await registry.findLink(token.linkId);
      if (token === undefined || link === undefined || link.partnerId !== token.partnerId || !link.active)
        throw unknownLink();
      const now = await registry.programNow(link.programId, context.clock.now());
      const clickId = formatClickId(
        { linkId: link.id, partnerId: link.partnerId, atMillis: toMillis(now) },
        randomBytes(8),
        mac,
      );
      const attributes = await mayAttribute(registry, link, now);
      await recorder.record(clickRowOf(request, { link, clickId, now, attributes }));
      return reply
        .header('cache-control', 'no-store')
        .header('referrer-policy', 'no-referrer-when-downgrade')
        .redirect(landingAddress(link.landingUrl, link.clickParam, attributes ? clickId : undefined), 302);
    },
  });
}

/** The links of a suspended partner lead on and attribute nobody (rules.md 5, Partner suspended). */
async function mayAttribute(registry: RegistryCache, link: LinkEntry, now: Instant): Promise<boolean> {
  const program = await registry.getProgram(link.programId);
  return findSuspensionAt(program.partners.get(link.partnerId), now) === undefined;
}

function clickRowOf(
  request: Request,
  visit: { link: LinkEntry; clickId: string; now: ClickRow['clickedAt']; attributes: boolean },
): ClickRow {
  const id = clickRowId(visit.clickId);
  const userAgent = storableText(request.headers['user-agent'] ?? '');
  return {
    lane: laneOf('evidence', id),
    id,
    programId: visit.link.programId,
    linkId: visit.link.id,
    partnerId: visit.link.partnerId,
    clickedAt: visit.now,
    subs: subsOf(request.query as Record<string, unknown>),
    ipShort: shortenIp(request.ip),
    userAgent,
    referrer: storableText(request.headers.referer ?? ''),
    marks: [
      ...(isbot(userAgent) || userAgent === '' ? ['bot'] : []),
      ...(visit.attributes ? [] : ['partner_suspended']),
    ],
  };
}

/** The row of a click is found from its click id alone. */
export function clickRowId(clickId: string): string {
  return derivedUuid('click', clickId);
}

function unknownLink(): HttpProblem {
  return new HttpProblem({
    status: 404,
    code: 'link_not_found',
    detail: 'This tracking link does not exist, was switched off, or was copied incompletely.',
  });
}
