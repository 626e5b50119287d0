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
};

/** Where the thing of an id is shown; undefined when the text is no id, or of something that has no page. */
export function placeOfId(id: string): Place | undefined {
  const prefix = /^([a-z]{3})_[0-9a-zA-Z]{30,44}$/.exec(id)?.[1];
  const place = prefix === undefined ? undefined : PLACES[prefix];
  return place === undefined ? undefined : { what: place.what, href: `${place.path}${id}` };
}

/** The id in few characters: its prefix and its last six, which differ also between ids of the same moment. */
export function shortId(id: string): string {
  const prefix = /^([a-z]{3})_/.exec(id)?.[1];
  return prefix === undefined || id.length < 14 ? id : `${prefix}_…${id.slice(-6)}`;
}
