import type { Role } from '@plumbline/contract';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';

/** What the wire form needs of a stored user; its password hash is not among it. */
interface StoredUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly created_at: Instant;
  readonly disabled_at: Instant | null;
}

/** The user in a session's answer. */
export function wireSessionUser(row: StoredUser) {
  return { id: wireId('usr', row.id), email: row.email, name: row.name, role: row.role };
}

export function wireUser(row: StoredUser) {
  return {
    ...wireSessionUser(row),
    createdAt: formatInstant(row.created_at),
    disabledAt: row.disabled_at === null ? null : formatInstant(row.disabled_at),
  };
}
