import { z } from 'zod';
import { instantSchema, keyIdSchema, pageSchema, textSchema } from './common.ts';

/** What a key may be allowed to do. `*` is everything, also what is added later. */
export const SCOPES = [
  '*',
  'registry:read',
  'registry:write',
  'access:manage',
  'clock:write',
  'events:write',
  'evidence:read',
  'customers:read',
  'customers:write',
  'commissions:read',
  'ledger:read',
  'operations:run',
] as const;
export type Scope = (typeof SCOPES)[number];
export const scopeSchema = z.enum(SCOPES);

export const createApiKeyRequest = z.strictObject({
  name: textSchema(120, 'name'),
  scopes: z.array(scopeSchema).min(1).max(SCOPES.length),
});

export const apiKeyReply = z.object({
  id: keyIdSchema,
  name: z.string(),
  prefix: z.string().describe('First characters of the key, to tell keys apart.'),
  scopes: z.array(scopeSchema),
  createdAt: instantSchema,
  revokedAt: instantSchema.nullable(),
});
export const createdApiKeyReply = apiKeyReply.extend({
  key: z.string().describe('The key itself. It is shown this once and stored only as a hash.'),
});
export const apiKeyPage = pageSchema(apiKeyReply);
