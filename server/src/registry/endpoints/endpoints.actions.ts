import { randomBytes } from 'node:crypto';
import type { createEndpointRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Context } from '../../platform/context.ts';
import type { Request } from '../../platform/http/app.ts';
import { notFound, unprocessable } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { sealSecret } from '../../platform/seal.ts';
import { performWrite } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { insertEndpoint, setEndpointState } from './endpoints.store.ts';
import { findEndpoint } from './endpoints.views.ts';
import type { EndpointRow } from './endpoints.views.ts';

export interface EndpointDeps extends WriteDeps {
  readonly context: Pick<Context, 'config' | 'secrets'>;
}

/** Makes a destination of webhooks. Its secret is shown in the answer and kept encrypted under the instance secret (requirements S3). */
export async function createEndpoint(
  deps: EndpointDeps,
  request: Request,
  body: z.infer<typeof createEndpointRequest>,
) {
  const programId = uuidOf('prg', body.programId, 'body.programId');
  const url = getAllowedUrl(body.url, deps.context.config.allowPrivateDestinations);
  return performWrite(deps, request, { action: 'endpoint.create', secret: true }, async (tx) => {
    await getLockedProgram(tx, programId, 'registry');
    const secret = `whsec_${randomBytes(24).toString('base64')}`;
    const row = await insertEndpoint(tx, {
      id: uuidv7(),
      programId,
      url,
      eventTypes: body.eventTypes,
      secret: sealSecret(deps.context.secrets, 'endpoint_secret', secret),
      now: deps.clock.now(),
    });
    const answer = { ...wireEndpoint(row), secret };
    return { status: 201, body: answer, subject: answer.id, audit: body };
  });
}

/** Switches an endpoint off or on. */
export async function changeEndpoint(
  deps: EndpointDeps,
  request: Request,
  endpointId: string,
  state: 'active' | 'disabled',
) {
  return performWrite(deps, request, { action: 'endpoint.update' }, async (tx) => {
    const found = await findEndpoint(tx, endpointId);
    if (found === undefined) throw notFound('endpoint', wireId('ept', endpointId));
    await getLockedProgram(tx, found.program_id, 'registry');
    const answer = wireEndpoint(
      await setEndpointState(
        tx,
        endpointId,
        state,
        state === 'disabled' ? 'switched off by an operator' : null,
      ),
    );
    return { status: 200, body: answer, subject: answer.id, audit: { state } };
  });
}

/**
 * https only, unless private destinations are allowed: then this is a machine for trying things, and its receiver
 * has no certificate. Where the name leads is checked again when something is sent (requirements S4).
 */
function getAllowedUrl(text: string, allowPrivate: boolean): string {
  const url = new URL(text);
  const refuse = (message: string) =>
    unprocessable('bad_endpoint_url', `The address cannot be used: ${message}.`, [
      { path: 'body.url', message },
    ]);
  if (url.username !== '' || url.password !== '') throw refuse('leave user name and password out');
  if (url.protocol !== 'https:' && !allowPrivate)
    throw refuse(
      'webhooks go to https addresses; for trying things on one machine start with PLUMBLINE_ALLOW_PRIVATE_DESTINATIONS=1',
    );
  url.hash = '';
  return url.href;
}

export function wireEndpoint(row: EndpointRow) {
  return {
    id: wireId('ept', row.id),
    programId: wireId('prg', row.program_id),
    url: row.url,
    eventTypes: row.event_types,
    state: row.state,
    disabledReason: row.disabled_reason,
    createdAt: formatInstant(row.created_at),
  };
}
