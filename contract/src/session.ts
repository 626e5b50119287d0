import { z } from 'zod';
import { scopeSchema } from './access.ts';
import type { Scope } from './access.ts';
import { idSchema, instantSchema, pageQuery, pageSchema, textSchema } from './common.ts';

// People who use the console: their roles, their sessions.

export const ROLES = ['admin', 'manager', 'finance', 'compliance', 'integration', 'read_only'] as const;
export type Role = (typeof ROLES)[number];
export const roleSchema = z.enum(ROLES);

const READS: readonly Scope[] = [
  'registry:read',
  'evidence:read',
  'customers:read',
  'commissions:read',
  'ledger:read',
];

/** What each role may do. The same scopes as API keys have, so a route has one rule for people and programs. */
export const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  admin: ['*'],
  manager: [...READS, 'registry:write', 'clock:write', 'events:write', 'customers:write', 'operations:run'],
  finance: READS,
  compliance: [...READS, 'customers:write'],
  integration: ['registry:read', 'evidence:read', 'customers:read', 'events:write', 'operations:run'],
  read_only: READS,
};

export const userIdSchema = idSchema('usr', 'user');
export const emailSchema = z
  .email('an e-mail address, such as ana@example.com')
  .max(254)
  .transform((text) => text.toLowerCase());
/** Length is what makes a password strong; nothing is demanded of its characters. */
export const passwordSchema = z
  .string()
  .min(10, 'a password has at least 10 characters')
  .max(200, 'a password has at most 200 characters');

export const userReply = z.object({
  id: userIdSchema,
  email: z.string(),
  name: z.string(),
  role: roleSchema,
  createdAt: instantSchema,
  disabledAt: instantSchema.nullable(),
});
export const userPage = pageSchema(userReply);
export const userListQuery = z.strictObject(pageQuery);
export const createUserRequest = z.strictObject({
  email: emailSchema,
  name: textSchema(120, 'name'),
  role: roleSchema,
  password: passwordSchema,
});
export const updateUserRequest = z.strictObject({
  name: textSchema(120, 'name').optional(),
  role: roleSchema.optional(),
  disabled: z
    .boolean()
    .optional()
    .describe('true ends all sessions of the user and lets nobody in; false lets them in again.'),
  password: passwordSchema.optional().describe('A new password; it ends all sessions of the user.'),
});

export const signInRequest = z.strictObject({ email: emailSchema, password: z.string().min(1).max(200) });
export const firstAdminRequest = z.strictObject({
  token: z
    .string()
    .min(20)
    .max(100)
    .describe('From the one-time link that the start prints while there is no user.'),
  email: emailSchema,
  name: textSchema(120, 'name'),
  password: passwordSchema,
});

export const sessionReply = z.object({
  user: z.object({ id: userIdSchema, email: z.string(), name: z.string(), role: roleSchema }),
  scopes: z.array(scopeSchema),
  expiresAt: instantSchema.describe('When it ends at the latest; 12 hours without a request end it too.'),
});
export type SessionReply = z.infer<typeof sessionReply>;
export const endedReply = z.object({ ended: z.boolean() });

/** The header that a request with a cookie must carry when it changes something: another site cannot set it. */
export const CSRF_HEADER = 'x-plumbline-csrf';
export const SESSION_COOKIE = 'plumbline_session';
