import type { SpooledClick } from './click-line.ts';
import type { BookLink, BookProgram, VisitJudgement } from './link-book.ts';
import { deepLinkOf, judgeVisit, landingAddress } from './link-book.ts';
import { originOf, storableText, subsOf } from './click.ts';
import type { Instant } from '../kernel/instant.ts';

/** What a visitor's browser sent, as far as anything of it is used. The address of the visitor is shortened already. */
export interface VisitRequest {
  readonly query: Readonly<Record<string, unknown>>;
  readonly ipShort: string;
  readonly country: string;
  readonly userAgent: string;
  readonly referrer: string;
}

/** Where a visitor goes; undefined when the link may not lead where the visit asks to go. */
export interface VisitAnswer {
  readonly address: string | undefined;
  readonly judgement: VisitJudgement;
  /** What the visit asked for as a deep link; '' = nothing. */
  readonly target: string;
}

/** Decides where a visit goes and what it is worth. The click id is handed over only when the visit may attribute. */
export function answerVisit(
  visit: { readonly link: BookLink; readonly program: BookProgram; readonly now: Instant },
  to: unknown,
  clickId: string,
): VisitAnswer {
  const { link, program, now } = visit;
  const judgement = judgeVisit(program, link, now);
  if (to === undefined || to === '') {
    const address = judgement.attributes ? `${link.before}${clickId}${link.behind}` : link.plain;
    return { address, judgement, target: '' };
  }
  const asked = typeof to === 'string' ? to : JSON.stringify(to);
  const target = storableText(asked, 2000);
  const url = typeof to === 'string' ? deepLinkOf(program, link, to) : undefined;
  if (url === undefined) {
    const marks = [...judgement.marks, 'deep_link_refused' as const];
    return { address: undefined, judgement: { marks, attributes: false }, target };
  }
  const address = judgement.attributes ? landingAddress(url, link.clickParam, clickId) : url.href;
  return { address, judgement, target };
}

/** What is kept of a visit. */
export function spooledClickOf(
  visit: { readonly link: BookLink; readonly clickedMillis: number; readonly receivedMillis: number },
  answer: VisitAnswer,
  request: VisitRequest & { readonly nonce: string; readonly clickId: string },
): SpooledClick {
  return {
    programId: visit.link.programId,
    linkId: visit.link.id,
    partnerId: visit.link.partnerId,
    clickedMillis: visit.clickedMillis,
    receivedMillis: visit.receivedMillis,
    nonce: request.nonce,
    ipShort: request.ipShort,
    country: request.country,
    userAgent: storableText(request.userAgent),
    referrer: originOf(request.referrer),
    target: answer.target,
    subs: subsOf(request.query),
    marks: answer.judgement.marks,
    clickId: request.clickId,
  };
}
