// Which question about deals and accounts gives which answer.
import type { DealBook } from './book.ts';
import { rowOf } from './deal.ts';
import type { DealRow } from './deal.ts';

const PARAMETERS = { retcode: '3 Invalid parameters' };
const NOT_FOUND = { retcode: '13 Not found' };
/** Most rows of a page. */
export const PAGE_LIMIT = 100;

/** The answer to one address below /api/deal and /api/user. `disturb` may reorder or repeat the rows of a list. */
export function answerDeals(
  book: DealBook,
  url: URL,
  disturb: (rows: readonly DealRow[]) => DealRow[],
): object {
  const query = url.searchParams;
  switch (url.pathname) {
    case '/api/deal/get':
      return answerOne(book, query);
    case '/api/deal/get_total':
      return answerTotal(book, query);
    case '/api/deal/get_page':
      return answerPage(book, query, disturb);
    case '/api/deal/get_batch':
      return answerBatch(book, query, disturb);
    case '/api/user/logins':
      return answerLogins(book, query);
    case '/api/user/get':
      return answerUser(book, query);
    default:
      return PARAMETERS;
  }
}

function answerOne(book: DealBook, query: URLSearchParams): object {
  const ticket = wholeNumber(query.get('ticket'));
  const deal = ticket === undefined ? undefined : book.find(ticket);
  if (ticket === undefined) return PARAMETERS;
  return deal === undefined ? NOT_FOUND : { retcode: '0 Done', answer: rowOf(deal) };
}

interface LoginRange {
  readonly logins: ReadonlySet<number>;
  readonly from: number;
  readonly to: number;
}

function readLoginRange(query: URLSearchParams): LoginRange | undefined {
  const [login, from, to] = ['login', 'from', 'to'].map((name) => wholeNumber(query.get(name)));
  if (login === undefined || from === undefined || to === undefined) return undefined;
  return { logins: new Set([login]), from, to };
}

function answerTotal(book: DealBook, query: URLSearchParams): object {
  const range = readLoginRange(query);
  if (range === undefined) return PARAMETERS;
  return { retcode: '0 Done', answer: { total: String(book.list(range).length) } };
}

function answerPage(
  book: DealBook,
  query: URLSearchParams,
  disturb: (rows: readonly DealRow[]) => DealRow[],
): object {
  const range = readLoginRange(query);
  const offset = wholeNumber(query.get('offset'));
  const total = wholeNumber(query.get('total'));
  if (range === undefined || offset === undefined || total === undefined || total < 1 || total > PAGE_LIMIT)
    return PARAMETERS;
  const page = book.list(range).slice(offset, offset + total);
  return page.length === 0 ? NOT_FOUND : { retcode: '0 Done', answer: disturb(page.map(rowOf)) };
}

/** Exactly one of login, group and ticket; a range of time is required with login and group. */
function answerBatch(
  book: DealBook,
  query: URLSearchParams,
  disturb: (rows: readonly DealRow[]) => DealRow[],
): object {
  const given = ['login', 'group', 'ticket'].filter((name) => query.has(name));
  if (given.length !== 1) return PARAMETERS;
  if (given[0] === 'ticket') return answerTickets(book, query);
  const from = wholeNumber(query.get('from'));
  const to = wholeNumber(query.get('to'));
  if (from === undefined || to === undefined) return PARAMETERS;
  const logins = wholeNumbers(query.get('login'));
  const symbols = query.get('symbol');
  if (given[0] === 'login' && logins === undefined) return PARAMETERS;
  const deals = book.list({
    from,
    to,
    ...(given[0] === 'login'
      ? { logins: new Set(logins) }
      : { groups: (query.get('group') ?? '').split(',') }),
    ...(symbols === null ? {} : { symbols: new Set(symbols.split(',')) }),
  });
  return deals.length === 0 ? NOT_FOUND : { retcode: '0 Done', answer: disturb(deals.map(rowOf)) };
}

function answerTickets(book: DealBook, query: URLSearchParams): object {
  const tickets = wholeNumbers(query.get('ticket'));
  if (tickets === undefined) return PARAMETERS;
  const deals = tickets.flatMap((ticket) => book.find(ticket) ?? []);
  return deals.length === 0 ? NOT_FOUND : { retcode: '0 Done', answer: deals.map(rowOf) };
}

function answerLogins(book: DealBook, query: URLSearchParams): object {
  const masks = query.get('group')?.split(',');
  if (masks === undefined) return PARAMETERS;
  const logins = book.logins(masks);
  return logins.length === 0 ? NOT_FOUND : { retcode: '0 Done', answer: logins.map(String) };
}

function answerUser(book: DealBook, query: URLSearchParams): object {
  const login = wholeNumber(query.get('login'));
  if (login === undefined) return PARAMETERS;
  const group = book.groupOf(login);
  return group === undefined
    ? NOT_FOUND
    : {
        retcode: '0 Done',
        answer: {
          Login: String(login),
          Group: group,
          Agent: '0',
          LeadSource: '',
          LeadCampaign: '',
          Comment: '',
        },
      };
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function wholeNumbers(text: string | null): number[] | undefined {
  const numbers = text?.split(',').map((part) => wholeNumber(part));
  return numbers?.every((one) => one !== undefined) === true ? numbers : undefined;
}
