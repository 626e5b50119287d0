// What a broker's CRM tells by server-to-server postback, and in which of the three forms that this market uses.

export type PostbackForm = 'get' | 'form' | 'json';

/** One postback: names and values as the CRM writes them. */
export interface Postback {
  readonly form: PostbackForm;
  readonly fields: Readonly<Record<string, string>>;
}

/** The request of a postback to the address of the source, token included. */
export interface PostbackRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export function requestOf(address: string, { form, fields }: Postback): PostbackRequest {
  if (form === 'get') {
    const url = new URL(address);
    for (const [name, value] of Object.entries(fields)) url.searchParams.append(name, value);
    return { method: 'GET', url: url.href, headers: {}, body: null };
  }
  const isForm = form === 'form';
  return {
    method: 'POST',
    url: address,
    headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' },
    body: isForm ? new URLSearchParams(fields).toString() : JSON.stringify(fields),
  };
}

/** A customer opened an account. Without a login the trading account comes later; without a click it came by itself. */
export function registered(told: {
  customer: string;
  at: string;
  clickId?: string;
  login?: number;
  country: string;
}): Record<string, string> {
  return {
    event: 'registration',
    customer_id: told.customer,
    // A CRM that has no click id writes the word null, as many do.
    click_id: told.clickId ?? 'null',
    ...(told.login === undefined ? {} : { login: String(told.login) }),
    country: told.country,
    time: told.at,
  };
}

/** Money came in; `status` walks from pending to approved under the same transaction. */
export function deposited(told: {
  customer: string;
  at: string;
  transaction: string;
  amount: string;
  currency: string;
  status: 'pending' | 'approved';
}): Record<string, string> {
  return {
    event: 'deposit',
    customer_id: told.customer,
    txn_id: told.transaction,
    amount: told.amount,
    currency: told.currency,
    status: told.status,
    time: told.at,
  };
}

export function chargedBack(told: {
  customer: string;
  at: string;
  transaction: string;
  original: string;
  amount: string;
  currency: string;
}): Record<string, string> {
  return {
    event: 'chargeback',
    customer_id: told.customer,
    txn_id: told.transaction,
    original_id: told.original,
    amount: told.amount,
    currency: told.currency,
    time: told.at,
  };
}

export function kycChanged(told: {
  customer: string;
  at: string;
  transaction: string;
  status: 'pending' | 'passed' | 'failed';
}): Record<string, string> {
  return {
    event: 'kyc',
    customer_id: told.customer,
    txn_id: told.transaction,
    kyc_status: told.status,
    time: told.at,
  };
}
