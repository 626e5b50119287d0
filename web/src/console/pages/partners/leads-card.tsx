import { Stack } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useLeads } from '../../../api/identity.ts';
import type { Lead } from '../../../api/identity.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { IdChip } from '../../../components/id-chip.tsx';
import { Money } from '../../../components/money.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { OpeningList } from '../opening-list.tsx';
import classes from './partner-page.module.css';

const NAMES = ['state', 'search', 'sort'] as const;
const STATES = [
  { value: 'registered', label: 'Registered' },
  { value: 'deposited', label: 'Deposited' },
  { value: 'qualified', label: 'Qualified' },
];

/** The partner's customers as the partner sees them: from the registration on, with what each lacks. */
export function LeadsOf({ partnerId }: { partnerId: string }) {
  const filters = useFilters(NAMES);
  const list = useLeads(partnerId, filters.values);
  return (
    <section className={classes.commissions} aria-labelledby="its-leads">
      <h2 id="its-leads" className={classes.heading}>
        Its leads
        <AppLink href={`/reassignments?partner=${partnerId}`}>Give them to another partner</AppLink>
      </h2>
      <Stack gap="sm">
        <OpeningList
          label="Leads of the partner"
          list={list}
          columns={COLUMNS}
          filters={filters}
          fields={[
            {
              kind: 'search',
              name: 'search',
              label: 'Search leads',
              placeholder: 'Campaign, code, sub-ID, country, id',
            },
            { kind: 'choice', name: 'state', label: 'State', options: STATES },
          ]}
          sort={{ value: filters.values.sort ?? 'newest', choose: (value) => filters.set('sort', value) }}
          title="Lead"
          view={(lead) => <LeadView lead={lead} />}
          fill={false}
          empty={
            <EmptyState
              icon={IconUserPlus}
              title="Nobody has registered through it yet"
              says="A customer stands here from the registration on, also while no deposit has come."
            />
          }
        />
      </Stack>
    </section>
  );
}

const COLUMNS: readonly Column<Lead & { readonly id: string }>[] = [
  {
    id: 'registered',
    header: 'Registered',
    width: 132,
    sorts: [
      { value: 'newest', direction: 'descending' },
      { value: 'oldest', direction: 'ascending' },
    ],
    cell: ({ registeredAt }) => <TimeText at={registeredAt} none="not yet" />,
  },
  { id: 'why', header: 'Where it stands', cell: ({ why }) => why },
  {
    id: 'campaign',
    header: 'Brought by',
    width: '16%',
    hideBelow: 'md',
    cell: ({ by, campaign, code }) =>
      [by === 'manual' ? 'by hand' : by, code ?? campaign].filter(Boolean).join(' '),
  },
  { id: 'country', header: 'Country', width: 84, hideBelow: 'lg', cell: ({ country }) => country ?? '' },
  {
    id: 'deposit',
    header: 'First deposit',
    width: 136,
    align: 'end',
    hideBelow: 'sm',
    sorts: [{ value: 'firstDeposit', direction: 'descending' }],
    cell: ({ firstDeposit }) => (firstDeposit === null ? '–' : <Money {...firstDeposit.amount} />),
  },
];

function LeadView({ lead }: { lead: Lead }) {
  return (
    <Card title={STATES.find(({ value }) => value === lead.state)?.label ?? lead.state}>
      <p>{lead.why}</p>
      <Facts
        rows={[
          [
            'Customer',
            <AppLink key="c" href={`/customers/${lead.customerId}`}>
              <IdChip id={lead.customerId} linked={false} />
            </AppLink>,
          ],
          ['Registered', <TimeText key="r" at={lead.registeredAt} as="full" none="not yet" />],
          ['Its customer since', <TimeText key="s" at={lead.since} as="full" none="the beginning" />],
          ['Brought by', lead.by === 'manual' ? 'a person, by hand' : lead.by],
          ['Campaign', lead.campaign],
          ['Creative', lead.creative],
          ['Code', lead.code],
          ['Link', lead.linkId],
          ['Country', lead.country],
          [
            'First deposit',
            lead.firstDeposit === null ? null : <Money key="d" {...lead.firstDeposit.amount} />,
          ],
          [
            'at',
            lead.firstDeposit === null ? null : <TimeText key="t" at={lead.firstDeposit.at} as="full" />,
          ],
          [
            'Qualified',
            lead.qualifiedAt === null ? null : <TimeText key="q" at={lead.qualifiedAt} as="full" />,
          ],
          ...Object.entries(lead.subs).map(([name, value]): [string, string] => [name, value]),
        ]}
      />
    </Card>
  );
}
