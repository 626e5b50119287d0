import { createHmac } from 'node:crypto';
import { formatInstant, instantFromMillis } from '../kernel/instant.ts';
import type { Secrets } from '../platform/secrets.ts';
import { readClickId } from './token.ts';
import type { Mac } from './token.ts';

/** What a click id proves by its signature. */
export interface VerifiedClickId {
  readonly linkId: string;
  readonly partnerId: string;
  /** When the click happened, ISO UTC. */
  readonly at: string;
}

/** The mac under the instance's click key. */
export function clickMac(secrets: Secrets): Mac {
  const key = secrets.keyFor('click_token');
  return (bytes) => createHmac('sha256', key).update(bytes).digest();
}

/** A function that tells what a click id proves; undefined when it was not minted here or was changed. */
export function createClickVerifier(secrets: Secrets): (clickId: string) => VerifiedClickId | undefined {
  const mac = clickMac(secrets);
  return (clickId) => {
    const click = readClickId(clickId, mac);
    return click === undefined
      ? undefined
      : {
          linkId: click.linkId,
          partnerId: click.partnerId,
          at: formatInstant(instantFromMillis(click.atMillis)),
        };
  };
}
