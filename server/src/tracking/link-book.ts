import type { Instant } from '../kernel/instant.ts';
import { judgeCreative } from '../registry/facts.ts';
import type { CreativeState } from '../registry/facts.ts';
import { readDeepLink } from './deep-link.ts';

// What the redirect knows of a program: as it is read from the database, and as it lies on the disk. Instants in microseconds.

/** A link: id, partner, creative, landing address, parameter of the click id, whether it is on, where deep links may lead. */
export type StoredLink = readonly [
  id: string,
  partnerId: string,
  creative: string,
  landingUrl: string,
  clickParam: string,
  active: boolean,
  allowedHosts: readonly string[] | null,
];

/** The part of a program that is small, and read whole after every change. */
export interface StoredBookProgram {
  readonly id: string;
  readonly registryVersion: number;
  readonly clockAt: Instant | null;
  readonly allowedHosts: readonly string[];
  readonly creativeApprovalRequired: boolean;
  /** Only where approval is required. */
  readonly creatives: readonly {
    readonly id: string;
    readonly name: string;
    readonly expiresAt: Instant | null;
    readonly states: readonly { readonly state: CreativeState; readonly effectiveFrom: Instant }[];
  }[];
  /** Partners that are suspended or flagged; all others are neither. */
  readonly watched: readonly {
    readonly id: string;
    readonly suspendedAt: Instant | null;
    readonly flaggedAt: Instant | null;
  }[];
}

export interface BookProgram extends Omit<StoredBookProgram, 'creatives' | 'watched'> {
  readonly creatives: ReadonlyMap<string, StoredBookProgram['creatives'][number]>;
  readonly watched: ReadonlyMap<string, StoredBookProgram['watched'][number]>;
}

/** A link as the redirect needs it: its address is taken apart once, not for every visitor. */
export interface BookLink {
  readonly id: string;
  readonly programId: string;
  readonly partnerId: string;
  readonly creative: string;
  readonly clickParam: string;
  readonly active: boolean;
  readonly allowedHosts: readonly string[] | null;
  /** The landing address without a click id, and what stands before and behind one. */
  readonly plain: string;
  readonly before: string;
  readonly behind: string;
}

export function openBookProgram(stored: StoredBookProgram): BookProgram {
  return {
    ...stored,
    creatives: new Map(stored.creatives.map((one) => [one.name, one])),
    watched: new Map(stored.watched.map((one) => [one.id, one])),
  };
}

/** A click id is letters, digits, hyphens and underscores, so an address has it as it is, and this mark stands for it. */
const MARK = 'click-id-click-id-click-id-click-id-click-id';

export function openBookLink(programId: string, stored: StoredLink): BookLink {
  const [id, partnerId, creative, landingUrl, clickParam, active, allowedHosts] = stored;
  const plain = new URL(landingUrl).href;
  const marked = landingAddress(new URL(landingUrl), clickParam, MARK);
  const place = marked.lastIndexOf(MARK);
  return {
    id,
    programId,
    partnerId,
    creative,
    clickParam,
    active,
    allowedHosts,
    plain,
    before: marked.slice(0, place),
    behind: marked.slice(place + MARK.length),
  };
}

/** An address with the click id in its parameter; another value of this parameter is replaced. */
export function landingAddress(url: URL, clickParam: string, clickId: string): string {
  url.searchParams.set(clickParam, clickId);
  return url.href;
}

export const CLICK_MARKS = [
  'bot',
  'duplicate',
  'partner_suspended',
  'partner_flagged',
  'creative_not_approved',
  'creative_expired',
  'deep_link_refused',
] as const;
export type ClickMark = (typeof CLICK_MARKS)[number];

/** What a visit is worth at an instant: its marks, and whether it gets a click id at all. */
export interface VisitJudgement {
  readonly marks: readonly ClickMark[];
  readonly attributes: boolean;
}

const CLEAN: VisitJudgement = { marks: [], attributes: true };

/** The links of a suspended partner, and those whose creative may not be used, lead on and attribute nobody (rules.md 5, requirements T3). */
export function judgeVisit(program: BookProgram, link: BookLink, now: Instant): VisitJudgement {
  const watched = program.watched.get(link.partnerId);
  if (watched === undefined && !program.creativeApprovalRequired) return CLEAN;
  const suspended =
    watched?.suspendedAt !== undefined && watched.suspendedAt !== null && now >= watched.suspendedAt;
  const flagged = watched?.flaggedAt !== undefined && watched.flaggedAt !== null && now >= watched.flaggedAt;
  const creative = judgeCreative(program, link.creative, now);
  return {
    marks: [
      ...(suspended ? (['partner_suspended'] as const) : []),
      ...(flagged ? (['partner_flagged'] as const) : []),
      ...(creative === undefined ? [] : [creative]),
    ],
    attributes: !suspended && creative === undefined,
  };
}

/** Where a deep link of this link leads; undefined when it may not lead there. */
export function deepLinkOf(program: BookProgram, link: BookLink, to: string): URL | undefined {
  const target = readDeepLink(to, new URL(link.plain), link.allowedHosts ?? program.allowedHosts);
  return target instanceof URL ? target : undefined;
}
