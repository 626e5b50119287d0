import { IconPointer } from '@tabler/icons-react';
import { useClicks } from '../../../api/tracking.ts';
import type { Click } from '../../../api/tracking.ts';
import { Card, Facts } from '../../../components/card.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { TimeText } from '../../../components/time-text.tsx';
import { useProgram } from '../../program.ts';
import { OpeningList } from '../opening-list.tsx';
import { PartnerName } from '../partner-name.tsx';
import { usePartnerNames } from '../partner-names.ts';
import type { PartnerNames } from '../partner-names.ts';

const NAMES = ['clickId', 'sub1', 'partnerId', 'mark', 'linkId'] as const;
const MARKS: Readonly<Record<Click['marks'][number] | 'none', string>> = {
  none: 'No mark',
  bot: 'Bot',
  duplicate: 'Duplicate',
  partner_suspended: 'Partner suspended',
  partner_flagged: 'Partner flagged',
  creative_not_approved: 'Creative not approved',
  creative_expired: 'Creative expired',
  deep_link_refused: 'Deep link refused',
};

export function ClicksTable() {
  const filters = useFilters(NAMES);
  const { programId } = useProgram();
  const partners = usePartnerNames();
  const list = useClicks({ ...filters.values, programId });
  return (
    <OpeningList
      label="Clicks"
      list={list}
      columns={columnsOf(partners)}
      filters={filters}
      fields={[
        { kind: 'search', name: 'clickId', label: 'Click id', placeholder: 'Click id, whole' },
        { kind: 'search', name: 'sub1', label: 'sub1', placeholder: 'sub1, whole' },
        { kind: 'choice', name: 'partnerId', label: 'Partner', options: partners.options },
        {
          kind: 'choice',
          name: 'mark',
          label: 'Mark',
          options: Object.entries(MARKS).map(([value, label]) => ({ value, label })),
        },
      ]}
      title="Visit"
      view={(click) => <ClickView click={click} partners={partners} />}
      empty={
        <EmptyState
          icon={IconPointer}
          title="No visits yet"
          says="Every visit through a link is kept here, marked where it is a bot's or a duplicate."
        />
      }
    />
  );
}

const marksOf = ({ marks }: Click): string => marks.map((mark) => MARKS[mark]).join(', ');

function columnsOf(partners: PartnerNames): readonly Column<Click>[] {
  return [
    { id: 'at', header: 'When', width: 132, cell: ({ clickedAt }) => <TimeText at={clickedAt} /> },
    {
      id: 'partner',
      header: 'Partner',
      width: '18%',
      cell: ({ partnerId }) => <PartnerName id={partnerId} names={partners} />,
    },
    { id: 'marks', header: 'Marks', cell: marksOf },
    { id: 'country', header: 'Country', width: 90, hideBelow: 'sm', cell: ({ country }) => country ?? '' },
    { id: 'from', header: 'From', width: '18%', hideBelow: 'md', cell: ({ referrer }) => referrer },
    { id: 'sub1', header: 'sub1', width: '12%', hideBelow: 'lg', cell: ({ subs }) => subs['sub1'] ?? '' },
  ];
}

function ClickView({ click, partners }: { click: Click; partners: PartnerNames }) {
  return (
    <Card title="What is kept of it">
      <Facts
        rows={[
          ['When', <TimeText key="t" at={click.clickedAt} as="full" />],
          ['Partner', <PartnerName key="p" id={click.partnerId} names={partners} />],
          ['Link', click.linkId],
          ['Click id', click.clickId],
          ['Marks', marksOf(click) || null],
          ['Deep link', click.target === '' ? null : click.target],
          ['Country', click.country],
          ['Network', click.network],
          ['Browser', click.userAgent],
          ['From', click.referrer === '' ? null : click.referrer],
          ...Object.entries(click.subs).map(([name, value]): [string, string] => [name, value]),
        ]}
      />
    </Card>
  );
}
