import type { DeliveryDetail } from '../../../api/types.ts';
import { Facts } from '../../../components/card.tsx';
import { RawBody } from '../../../components/raw-body.tsx';
import classes from './delivery-page.module.css';

/** What a delivery brought, verbatim: its query name by name, and its body. `path` is where the item that is looked at stands. */
export function RawOfDelivery({ delivery, path = null }: { delivery: DeliveryDetail; path?: string | null }) {
  const { query, body, bodyBase64, contentType, bytes } = delivery;
  return (
    <>
      {query !== '' && (
        <div className={classes.query}>
          <Facts
            rows={[...new URLSearchParams(query)].map(
              ([name, value], index) => [name, <code key={index}>{value}</code>] as const,
            )}
          />
        </div>
      )}
      {(bytes > 0 || query === '') && (
        <RawBody body={body} bodyBase64={bodyBase64} contentType={contentType} path={path} />
      )}
    </>
  );
}
