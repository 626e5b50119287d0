import { derivedUuid } from '../kernel/digest.ts';
import { instantFromMillis } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { laneOf } from '../kernel/lane.ts';
import type { SpooledClick } from './click-line.ts';
import { formatClickId } from './token.ts';
import type { Mac } from './token.ts';

/** A recorded visit, in the evidence lane of its visitor. */
export interface ClickRow {
  readonly lane: number;
  readonly visitor: string;
  readonly clickedAt: Instant;
  readonly id: string;
  readonly nonce: Uint8Array;
  readonly programId: string;
  readonly linkId: string;
  readonly partnerId: string;
  readonly receivedAt: Instant;
  readonly subs: Readonly<Record<string, string>>;
  readonly target: string;
  readonly ipShort: string;
  readonly country: string;
  readonly userAgent: string;
  readonly referrer: string;
  readonly marks: readonly string[];
}

/** Two visits of one visitor: the same link, network and agent. Not a person: everybody of a network with this browser. */
export function visitorOf(linkId: string, ipShort: string, userAgent: string): string {
  return derivedUuid('visitor', linkId, ipShort, userAgent);
}

/** The row of a click is found from its click id alone. */
export function clickRowId(clickId: string): string {
  return derivedUuid('click', clickId);
}

function mintAgain(click: SpooledClick, nonce: Uint8Array, mac: Mac): string {
  const { linkId, partnerId, clickedMillis: atMillis, country } = click;
  return formatClickId({ linkId, partnerId, atMillis, country }, nonce, mac);
}

/** The same line gives the same row, whichever process stores it and how often. */
export function clickRowOf(click: SpooledClick, mac: Mac): ClickRow {
  const nonce = Buffer.from(click.nonce, 'base64url');
  const visitor = visitorOf(click.linkId, click.ipShort, click.userAgent);
  return {
    lane: laneOf('evidence', visitor),
    visitor,
    clickedAt: instantFromMillis(click.clickedMillis),
    id: clickRowId(click.clickId === '' ? mintAgain(click, nonce, mac) : click.clickId),
    nonce,
    programId: click.programId,
    linkId: click.linkId,
    partnerId: click.partnerId,
    receivedAt: instantFromMillis(click.receivedMillis),
    subs: click.subs,
    target: click.target,
    ipShort: click.ipShort,
    country: click.country,
    userAgent: click.userAgent,
    referrer: click.referrer,
    marks: click.marks,
  };
}
