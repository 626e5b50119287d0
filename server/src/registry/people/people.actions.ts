import { ROLE_SCOPES } from '@plumbline/contract';
import type { createUserRequest, Role, updateUserRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import type { Actor, Request } from '../../platform/http/app.ts';
import { HttpProblem, conflict, notFound } from '../../platform/http/problem.ts';
import { wireId } from '../../kernel/ids.ts';
import { hashPassword } from '../../platform/password.ts';
import { performWrite, refusingDuplicate } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { deleteSessionsOf, insertUser, lockAdmins, updateUser } from './people.store.ts';
import { findUser } from './people.views.ts';
import { wireUser } from './wire-user.ts';

/** Makes a user. Throws 409 `email_taken`, and 403 `role_not_yours` for a role that may more than the caller. */
export async function createUser(deps: WriteDeps, request: Request, body: z.infer<typeof createUserRequest>) {
  const { email, name, role } = body;
  const passwordHash = await hashPassword(body.password);
  return refusingDuplicate(
    'app_user_email_key',
    { code: 'email_taken', detail: 'There is a user with this e-mail address already.' },
    () =>
      performWrite(deps, request, { action: 'user.create' }, async (tx, actor) => {
        refuseHigherRole(actor, role);
        const row = await insertUser(tx, {
          id: uuidv7(),
          email,
          name,
          role,
          passwordHash,
          now: deps.clock.now(),
        });
        const reply = wireUser(row);
        return { status: 201, body: reply, subject: reply.id, audit: { email, name, role } };
      }),
  );
}

/**
 * Changes a user. Whoever is disabled or gets a new password or role is signed out everywhere. Throws 409 `last_admin`
 * when nobody would be left who can manage users.
 */
export async function changeUser(
  deps: WriteDeps,
  request: Request,
  target: { id: string; change: z.infer<typeof updateUserRequest> },
) {
  const { id, change } = target;
  const passwordHash = change.password === undefined ? undefined : await hashPassword(change.password);
  return performWrite(deps, request, { action: 'user.update' }, async (tx, actor) => {
    const admins = await lockAdmins(tx);
    const before = await findUser(tx, id);
    if (before === undefined) throw notFound('user', wireId('usr', id));
    refuseHigherRole(actor, before.role);
    if (change.role !== undefined) refuseHigherRole(actor, change.role);
    const isLeaving = change.disabled === true || (change.role !== undefined && change.role !== 'admin');
    if (isLeaving && before.role === 'admin' && before.disabled_at === null && admins <= 1) {
      throw conflict('last_admin', 'This is the last admin. Make another user an admin first.');
    }
    const row = await updateUser(tx, id, { ...change, passwordHash }, deps.clock.now());
    if (row === undefined) throw notFound('user', wireId('usr', id));
    if (change.disabled === true || passwordHash !== undefined || row.role !== before.role) {
      await deleteSessionsOf(tx, id);
    }
    const { password, ...told } = change;
    const audit = { ...told, ...(password === undefined ? {} : { passwordChanged: true }) };
    return { status: 200, body: wireUser(row), subject: wireId('usr', id), audit };
  });
}

/** Nobody hands out more than they have, nor changes somebody who has more. */
function refuseHigherRole(actor: Actor, role: Role): void {
  const missing = ROLE_SCOPES[role].filter((scope) => !actor.scopes.has('*') && !actor.scopes.has(scope));
  if (missing.length === 0) return;
  throw new HttpProblem({
    status: 403,
    code: 'role_not_yours',
    detail: `The role ${role} may do what you may not: ${missing.join(', ')}.`,
  });
}
