// Ids that follow from what they name, so that creation is idempotent and a rebuild gives the same ids and lanes.
import { derivedUuid } from './digest.ts';

/** The key of an event (rules.md 1.5): the record as the outside system names it, not our kind, which may change by revision. */
export interface EventKey {
  readonly sourceId: string;
  readonly recordType: string;
  readonly externalId: string;
  /** '' unless one outside record tells several facts. */
  readonly part: string;
}

/** The namespace in which a program's registrar names its customers. */
export const CUSTOMER_NAMESPACE = 'customer';

export function eventIdOf(key: EventKey): string {
  return derivedUuid('event', key.sourceId, key.recordType, key.externalId, key.part);
}

/** The id of a customer follows from the identifier under which the registrar names it, within one program. */
export function customerIdOf(programId: string, namespace: string, value: string): string {
  return derivedUuid('customer', programId, namespace, value);
}

/** An identifier is a name of a customer, within one program. */
export function identifierIdOf(programId: string, namespace: string, value: string): string {
  return derivedUuid('identifier', programId, namespace, value);
}

/** Whether an id follows from what it names, as those of events do (version 8); those of facts hold a time (version 7). */
export function isDerivedId(uuid: string): boolean {
  return uuid.charAt(14) === '8';
}
