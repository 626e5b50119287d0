/** What an id names, and where the console shows it. */
export interface Place {
  readonly what: string;
  readonly href: string;
}

const PLACES: Readonly<Record<string, { readonly what: string; readonly path: string }>> = {
  evt: { what: 'event', path: '/events/' },
  dlv: { what: 'delivery', path: '/deliveries/' },
  cus: { what: 'customer', path: '/customers/' },
  prt: { what: 'partner', path: '/partners/' },
  com: { what: 'commission', path: '/commissions/' },
  chg: { what: 'change set', path: '/change-sets/' },
  lab: { what: 'run of the deal lab', path: '/lab/' },
  del: { what: 'deal', path: '/deals/' },
};

/** Where the thing of an id is shown; undefined when the text is no id, or of something that has no page. */
export function placeOfId(id: string): Place | undefined {
  const prefix = /^([a-z]{3})_[0-9a-zA-Z]{30,44}$/.exec(id)?.[1];
  const place = prefix === undefined ? undefined : PLACES[prefix];
  return place === undefined ? undefined : { what: place.what, href: `${place.path}${id}` };
}

/**
 * The id in few characters that differ from its neighbours': the last six of a plain id; of a packed one (delivery,
 * commission) six from within, because its end counts the items of one batch, and that count when it is not zero.
 */
export function shortId(id: string): string {
  const [, prefix, body = ''] = /^([a-z]{3})_([0-9a-zA-Z]{20,})$/.exec(id) ?? [];
  if (prefix === undefined) return id;
  if (prefix !== 'dlv' && prefix !== 'com') return `${prefix}_…${body.slice(-6)}`;
  const count = body.slice(29).replace(/^0+|0+$/g, '');
  return `${prefix}_…${body.slice(22, 28)}${count === '' ? '' : `.${count}`}`;
}
