import { Skeleton, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import {
  useCommissions,
  useDealDescription,
  useDeals,
  useLinks,
  usePartner,
  usePartnerBalance,
  usePartnerTree,
} from '../../../api/resources.ts';
import type { PartnerDetail } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { Figure } from '../../../components/figure.tsx';
import { IdChip } from '../../../components/id-chip.tsx';
import { groupedDecimal, wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { PagePending } from '../../shell/page-states.tsx';
import { commissionColumns } from '../commissions/commissions-page.tsx';
import { PartnerFiguresCard } from '../figures/figures-cards.tsx';
import { GradesCard } from '../grades/grades-card.tsx';
import { dealInForce } from './deal-in-force.ts';
import { LeadsOf } from './leads-card.tsx';
import { PartnerNestedList } from './partner-list.tsx';
import { PayoutNotice } from './payout-notice.tsx';
import classes from './partner-page.module.css';
import { MOST_DRAWN, PartnerTree } from './partner-tree.tsx';
import { sizeOf } from './forest.ts';
import { ComplianceCard } from './compliance-card.tsx';
import { ClawbacksCard } from '../payments/clawbacks-card.tsx';
import { PaymentsCard } from '../payments/payments-card.tsx';
import { MonthsCard } from './months-card.tsx';
import { MovesCard } from './moves-card.tsx';
import { StatusButton } from './status-button.tsx';
import { StrikesCard } from './strikes-card.tsx';
import { TreeBrowser } from './tree-browser.tsx';

/** One partner: what it has, on which terms, through whom. */
export function PartnerPage() {
  const { id } = useParams({ strict: false });
  const { data, error, refetch } = usePartner(id ?? null);
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <PagePending />;
  return <PartnerView key={data.id} partner={data} />;
}

function PartnerView({ partner }: { partner: PartnerDetail }) {
  const { data: tree } = usePartnerTree(partner.id);
  return (
    <>
      <PageHeader
        title={partner.name}
        above={{ label: 'Partners', href: '/partners' }}
        beside={
          <>
            <StateBadge state={partner.status} />
            <IdChip id={partner.id} linked={false} />
          </>
        }
        says={<Above tree={tree} />}
      >
        <StatusButton partner={partner} />
      </PageHeader>
      <Figures partner={partner} />
      <PayoutNotice partner={partner} />
      <div className={classes.halves}>
        <TermsCard partner={partner} />
        <LinksCard partner={partner} />
      </div>
      <GradesCard partnerId={partner.id} />
      <PartnerFiguresCard partnerId={partner.id} />
      <MonthsCard partner={partner} />
      <PaymentsCard partnerId={partner.id} />
      <ClawbacksCard partnerId={partner.id} />
      <ComplianceCard partnerId={partner.id} />
      <StrikesCard partnerId={partner.id} />
      <MovesCard partner={partner} />
      <TreeCard partner={partner} tree={tree} />
      <LeadsOf partnerId={partner.id} />
      <CommissionsOf partner={partner} />
    </>
  );
}

type Tree = ReturnType<typeof usePartnerTree>['data'];

function Above({ tree }: { tree: Tree }) {
  if (tree === undefined) return <>&nbsp;</>;
  if (tree.ancestors.length === 0) return <>Stands at the top of its tree.</>;
  return (
    <>
      Below{' '}
      {tree.ancestors.map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && ', below '}
          <AppLink underline="always" href={`/partners/${id}`}>
            {name}
          </AppLink>
        </span>
      ))}
    </>
  );
}

function Figures({ partner }: { partner: PartnerDetail }) {
  const { data } = usePartnerBalance(partner.id);
  const sum = (part: 'accrued' | 'approved'): { value: string | null; unit?: string; below: string } => {
    if (data === undefined) return { value: null, below: '' };
    const [first, ...others] = data.balances.map((balance) => balance[part]);
    if (first === undefined) return { value: '0', below: 'nothing booked yet' };
    const more = others.map(({ amount, currency }) => `${groupedDecimal(amount)} ${currency}`).join(', ');
    return {
      value: groupedDecimal(first.amount),
      unit: first.currency,
      below: more === '' ? SAYS[part] : more,
    };
  };
  return (
    <section className={classes.figures} aria-label="The partner in figures">
      <Figure label="On hold" {...sum('accrued')} href={`/commissions?partnerId=${partner.id}&state=held`} />
      <Figure
        label="Approved"
        {...sum('approved')}
        href={`/commissions?partnerId=${partner.id}&state=approved`}
      />
      <Figure
        label="Customers"
        value={partner.figures === undefined ? '–' : wholeNumber(partner.figures.customers)}
        href={`/customers?partnerId=${partner.id}`}
        below="attributed to it now"
      />
      <Figure
        label="Sub-partners"
        value={partner.figures === undefined ? '–' : wholeNumber(partner.figures.subPartners)}
        below="directly below"
      />
    </section>
  );
}
const SAYS = { accrued: 'earned, not approved yet', approved: 'approved, not paid' } as const;

function TermsCard({ partner }: { partner: PartnerDetail }) {
  const own = useDeals({ partnerId: partner.id });
  const all = useDeals({ programId: partner.programId });
  const deal = useMemo(
    () => dealInForce([...(own.data?.items ?? []), ...(all.data?.items ?? [])], partner.id, Date.now()),
    [own.data, all.data, partner.id],
  );
  const { data, error, refetch } = useDealDescription(deal?.id ?? null);
  const isWaiting = own.isPending || all.isPending;
  return (
    <Card
      title="Its deal in plain words"
      aside={
        deal === undefined ? undefined : (
          <AppLink href={`/deals/${deal.id}`} fz="xs">
            {deal.partnerId === null ? 'default deal of the program' : 'own deal'}, version {deal.version}
          </AppLink>
        )
      }
    >
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data !== undefined ? (
        <ul className={classes.terms}>
          {data.sentences.map((sentence, index) => (
            <li key={`${index}-${sentence}`}>{sentence}</li>
          ))}
        </ul>
      ) : isWaiting || deal !== undefined ? (
        <Skeleton height={180} />
      ) : (
        <EmptyState
          title="No deal is in force"
          says="Nothing is paid for its customers until it has one. Write a deal for it, or a default deal of the program."
        >
          <AppLink href={`/deals/new?partnerId=${partner.id}`}>Write a deal for it</AppLink>
        </EmptyState>
      )}
    </Card>
  );
}

function LinksCard({ partner }: { partner: PartnerDetail }) {
  const { data, error, refetch } = useLinks(partner.id);
  return (
    <Card
      title="Tracking links"
      aside={
        data === undefined ? undefined : (
          <Text size="xs" c="var(--text-soft)">
            {data.items.length}
          </Text>
        )
      }
    >
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton height={88} />
      ) : data.items.length === 0 ? (
        <Text size="sm" c="var(--text-soft)">
          It has no link yet. Make one with <code>node server/bin/plumbline.mjs link --help</code>
        </Text>
      ) : (
        <ul className={classes.links}>
          {data.items.map((link) => (
            <li key={link.id}>
              <div className={classes.link}>
                <code>{link.url}</code>
                <CopyButton text={link.url} label="Copy the link" />
              </div>
              <Text size="xs" c="var(--text-soft)">
                campaign {link.campaign}, creative {link.creative}, leads to {hostOf(link.landingUrl)}
                {link.active ? '' : ' · switched off'} · since <TimeText at={link.createdAt} />
              </Text>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function TreeCard({ partner, tree }: { partner: PartnerDetail; tree: Tree }) {
  const forest = useMemo(() => (tree === undefined ? [] : [tree.root]), [tree]);
  const isAlone = tree !== undefined && tree.root.children.length === 0;
  if (isAlone) return null;
  if (tree !== undefined && (!tree.complete || sizeOf(forest) > MOST_DRAWN))
    return (
      <Card title="Below it">
        <TreeBrowser programId={partner.programId} parentId={partner.id} label={`below ${partner.name}`} />
      </Card>
    );
  return (
    <Card title="Below it" flush>
      <PartnerTree forest={forest} current={partner.id} maxHeight={360} />
      {tree !== undefined && (
        <details className={classes.asList}>
          <summary>The same as a list</summary>
          <PartnerNestedList forest={tree.root.children} />
        </details>
      )}
    </Card>
  );
}

function CommissionsOf({ partner }: { partner: PartnerDetail }) {
  const list = useCommissions({ partnerId: partner.id, limit: 20 }, true);
  const columns = useMemo(() => commissionColumns(null), []);
  return (
    <section className={classes.commissions} aria-labelledby="its-commissions">
      <h2 id="its-commissions" className={classes.heading}>
        Its commissions
        <AppLink href={`/commissions?partnerId=${partner.id}`}>All, to filter</AppLink>
      </h2>
      <DataTable
        label="Commissions of the partner"
        list={list}
        columns={columns}
        rowId={({ id }) => id}
        rowHref={({ id }) => `/commissions/${id}`}
        fill={false}
        empty={
          <EmptyState
            title="Nothing is booked for it yet"
            says="The first deposit or trade of a customer of its own, or of a partner below it, stands here."
          />
        }
      />
    </section>
  );
}
