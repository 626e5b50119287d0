import pg from 'pg';

/** One event as Plumbline keeps it. */
export interface BookedEvent {
  readonly key: string;
  readonly id: string;
  readonly kind: string;
  readonly customer: string | null;
  readonly amount: string | null;
  readonly cancelled: boolean;
  readonly failed: string | null;
  /** Customers with whom it lives now, and identifiers under which it is parked: exactly one place in all. */
  readonly placements: number;
  readonly parked: number;
  readonly pending: number;
}

/** The net of one natural key over all journal rows. */
export interface BookedAmount {
  /** Id of the event, or of the customer when it is paid once per customer. */
  readonly cause: string;
  readonly scope: 'e' | 'c';
  readonly component: string;
  readonly partnerId: string;
  readonly minor: number;
}

export interface Books {
  readonly events: readonly BookedEvent[];
  readonly amounts: readonly BookedAmount[];
  /** Ids of customers by the name under which the CRM knows them. */
  readonly customers: ReadonlyMap<string, string>;
  /** How often a login was linked by API, by login. */
  readonly apiLinks: ReadonlyMap<string, number>;
  readonly webhooks: readonly { readonly id: string; readonly state: string }[];
  /** Minor units of the accruals per partner and component. */
  readonly accrued: ReadonlyMap<string, number>;
}

const EVENTS = `
  select s.slug || '/' || e.external_id as key, e.id, e.kind, e.customer_id as customer, e.content ->> 'amount' as amount,
         coalesce((e.content -> 'execution' ->> 'cancelled')::boolean, false) as cancelled, e.failed,
         (select count(*)::int from placement p where p.event_id = e.id and p.content is not null) as placements,
         (select count(*)::int from parked k where k.event_id = e.id) as parked,
         (select count(*)::int from placement p where p.event_id = e.id and p.state = 'pending') as pending
  from event e join source s on s.id = e.source_id`;

const AMOUNTS = `
  select i ->> 'k' as key, sum((i ->> 'a')::numeric)::int as minor
  from journal j cross join jsonb_array_elements(j.items) as i group by 1`;

/** Reads the tables themselves, past all code of the product. */
export async function readBooks(databaseUrl: string): Promise<Books> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const rows = async <Row>(text: string): Promise<Row[]> => (await client.query(text)).rows as Row[];
  try {
    return {
      events: await rows<BookedEvent>(EVENTS),
      amounts: (await rows<{ key: string; minor: number }>(AMOUNTS)).map(amountOf),
      customers: new Map(
        (await rows<{ value: string; id: string }>('select value, id from customer')).map(({ value, id }) => [
          value,
          id,
        ]),
      ),
      apiLinks: new Map(
        (
          await rows<{ login: string; count: number }>(
            `select body ->> 'value' as login, count(*)::int as count from fact where kind = 'identifier_link' and of_customer is null group by 1`,
          )
        ).map(({ login, count }) => [login, count]),
      ),
      webhooks: await rows<{ id: string; state: string }>('select id, state from outbox'),
      accrued: new Map(
        (
          await rows<{ who: string; minor: number }>(
            `select partner_id || ' ' || component as who, sum((select sum((i ->> 'a')::numeric) from jsonb_array_elements(items) as i))::int as minor
           from journal where kind <> 'release' group by 1`,
          )
        ).map(({ who, minor }) => [who, minor]),
      ),
    };
  } finally {
    await client.end();
  }
}

/** Reads a natural key: `e:event:component:partner:level` or `c:customer:component:partner:level`. */
function amountOf({ key, minor }: { key: string; minor: number }): BookedAmount {
  const [scope, cause, component, partnerId] = key.split(':');
  if (
    (scope !== 'e' && scope !== 'c') ||
    cause === undefined ||
    component === undefined ||
    partnerId === undefined
  ) {
    throw new Error(`the journal has an amount under the key "${key}", which is none`);
  }
  return { scope, cause, component, partnerId, minor };
}
