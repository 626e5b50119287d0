import { Button, Skeleton } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useDeal, useDealExamples } from '../../../api/deals.ts';
import { useDealDescription, useDeals, usePartner } from '../../../api/resources.ts';
import type { Deal } from '../../../api/types.ts';
import { AppLink, useGo } from '../../../components/app-link.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { IdChip } from '../../../components/id-chip.tsx';
import { JsonView } from '../../../components/json-view.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { PagePending } from '../../shell/page-states.tsx';
import { dealInForce } from '../partners/deal-in-force.ts';
import classes from '../partners/partner-page.module.css';
import { EndDialog } from './end-dialog.tsx';
import { kindsOf, SAY_END, versionsOf } from './kinds.ts';
import { TakeBackDialog } from './take-back-dialog.tsx';

/** One version of a deal: its terms in plain words, its place among the versions, and the document itself. */
export function DealPage() {
  const { id } = useParams({ strict: false });
  const { data, error, refetch } = useDeal(id ?? null);
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <PagePending />;
  return <DealView key={data.id} deal={data} refetch={refetch} />;
}

function DealView({ deal, refetch }: { deal: Deal; refetch: () => unknown }) {
  const go = useGo();
  const [isTaking, setTaking] = useState(false);
  const [isEnding, setEnding] = useState(false);
  const { data: partner } = usePartner(deal.partnerId);
  const owner = deal.partnerId === null ? 'Default deal of the program' : `Deal of ${partner?.name ?? '…'}`;
  return (
    <>
      <PageHeader
        title={deal.ends === null ? `${owner}, version ${deal.version}` : `${owner}, its end`}
        above={{ label: 'Deals', href: '/deals' }}
        beside={<IdChip id={deal.id} linked={false} />}
        says={
          deal.partnerId === null ? (
            'Holds for every partner without a deal of its own.'
          ) : (
            <>
              Pays{' '}
              <AppLink underline="always" href={`/partners/${deal.partnerId}`}>
                {partner?.name ?? 'the partner'}
              </AppLink>{' '}
              instead of the default deal.
            </>
          )
        }
      >
        {deal.ends === null && (
          <Button variant="default" onClick={() => go(`/lab?deal=${deal.id}`)}>
            Change it in the lab …
          </Button>
        )}
        {deal.retraction === null && deal.ends === null && (
          <Button variant="default" onClick={() => setEnding(true)}>
            End the deal …
          </Button>
        )}
        {deal.retraction === null && (
          <Button variant="default" onClick={() => setTaking(true)}>
            Take it back …
          </Button>
        )}
        {deal.ends === null && (
          <Button onClick={() => go(`/deals/new?after=${deal.id}`)}>Next version …</Button>
        )}
      </PageHeader>
      <div className={classes.halves}>
        <WordsCard deal={deal} />
        <div style={{ display: 'grid', gap: 16 }}>
          <Card title="This version">
            <Facts
              rows={[
                ['Pays for', deal.ends === null ? kindsOf(deal.document) : SAY_END[deal.ends]],
                ['Currency', String(deal.document['currency'] ?? '')],
                [
                  'In force from',
                  <TimeText key="f" at={deal.effectiveFrom} as="full" none="the beginning" />,
                ],
                ['Written', <TimeText key="w" at={deal.createdAt} as="full" />],
                ['By', deal.createdBy],
                [
                  'Change set',
                  deal.changeSetId === null ? null : (
                    <AppLink key="c" href={`/change-sets/${deal.changeSetId}`}>
                      {deal.changeSetId}
                    </AppLink>
                  ),
                ],
                [
                  'Taken back',
                  deal.retraction === null ? null : (
                    <span key="t">
                      <TimeText at={deal.retraction.at} as="full" />, {deal.retraction.reason}
                    </span>
                  ),
                ],
              ]}
            />
          </Card>
          <VersionsCard deal={deal} />
        </div>
      </div>
      {isTaking && (
        <TakeBackDialog
          deal={deal}
          onClose={() => {
            setTaking(false);
            void refetch();
          }}
        />
      )}
      {isEnding && (
        <EndDialog
          deal={deal}
          onClose={() => {
            setEnding(false);
            void refetch();
          }}
        />
      )}
      {deal.ends === null && (
        <>
          <ExamplesCard deal={deal} />
          <Card title="As it was written, with every default">
            <JsonView value={deal.document} label="the document" openLevels={2} />
          </Card>
        </>
      )}
    </>
  );
}

function WordsCard({ deal }: { deal: Deal }) {
  const { data, error, refetch } = useDealDescription(deal.id);
  return (
    <Card title="In plain words">
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton height={180} />
      ) : (
        <ul className={classes.terms}>
          {data.sentences.map((sentence, index) => (
            <li key={`${index}-${sentence}`}>{sentence}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** One invented customer for each component, decided by the engine itself. */
function ExamplesCard({ deal }: { deal: Deal }) {
  const { data, error, refetch } = useDealExamples(deal.id);
  return (
    <Card title="Worked examples">
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton height={120} />
      ) : (
        <ul className={classes.terms} aria-label="Worked examples of the deal">
          {data.items.map(({ component, story, says }) => (
            <li key={component}>
              {story.join(' ')} <strong>{says}</strong>{' '}
              <span style={{ color: 'var(--text-faint)' }}>({component})</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function VersionsCard({ deal }: { deal: Deal }) {
  const query = deal.partnerId === null ? { programId: deal.programId } : { partnerId: deal.partnerId };
  const { data, error, refetch } = useDeals(query);
  if (error !== null && data === undefined)
    return (
      <Card title="All versions">
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Card>
    );
  const versions = versionsOf(data?.items ?? [], deal.partnerId);
  const now = dealInForce(versions, deal.partnerId ?? '', Date.now());
  return (
    <Card title="All versions" flush>
      <PlainTable
        label="Versions of the deal"
        head={['Version', 'In force from', 'Now']}
        minWidth={280}
        rows={versions.map((one) => ({
          key: one.id,
          cells: [
            one.id === deal.id ? (
              `${one.version}, this one`
            ) : (
              <AppLink href={`/deals/${one.id}`}>
                {one.ends === null ? `Version ${one.version}` : `End, version ${one.version}`}
              </AppLink>
            ),
            <TimeText key="f" at={one.effectiveFrom} none="the beginning" />,
            one.retraction !== null ? (
              <StateBadge key="n" state="withdrawn" word="taken back" />
            ) : one.id === now?.id ? (
              <StateBadge key="n" state="active" word="in force" />
            ) : (
              ''
            ),
          ],
        }))}
        empty="Loading …"
      />
    </Card>
  );
}
