import { Stack } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useLinkList } from '../../../api/tracking.ts';
import type { Link } from '../../../api/tracking.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { TimeText } from '../../../components/time-text.tsx';
import { useProgram } from '../../program.ts';
import { OpeningList } from '../opening-list.tsx';
import { PartnerName } from '../partner-name.tsx';
import { usePartnerNames } from '../partner-names.ts';
import type { PartnerNames } from '../partner-names.ts';

const NAMES = ['partnerId'] as const;

export function LinksTable() {
  const filters = useFilters(NAMES);
  const { programId } = useProgram();
  const partners = usePartnerNames();
  const list = useLinkList({ ...filters.values, programId });
  return (
    <OpeningList
      label="Links"
      list={list}
      columns={columnsOf(partners)}
      filters={filters}
      fields={[{ kind: 'choice', name: 'partnerId', label: 'Partner', options: partners.options }]}
      title="Link"
      view={(link) => <LinkView link={link} partners={partners} />}
      empty={
        <EmptyState
          icon={IconLink}
          title="No links yet"
          says="Make one with: plumbline link create <landing-url> --partner <id>, or POST /v1/links."
        />
      }
    />
  );
}

function columnsOf(partners: PartnerNames): readonly Column<Link>[] {
  return [
    { id: 'landing', header: 'Leads to', cell: ({ landingUrl }) => landingUrl },
    {
      id: 'partner',
      header: 'Partner',
      width: '16%',
      cell: ({ partnerId }) => <PartnerName id={partnerId} names={partners} />,
    },
    { id: 'campaign', header: 'Campaign', width: '12%', hideBelow: 'md', cell: ({ campaign }) => campaign },
    { id: 'creative', header: 'Creative', width: '12%', hideBelow: 'md', cell: ({ creative }) => creative },
    {
      id: 'active',
      header: 'State',
      width: 90,
      hideBelow: 'sm',
      cell: ({ active }) => (active ? 'on' : 'off'),
    },
    {
      id: 'made',
      header: 'Made',
      width: 132,
      hideBelow: 'lg',
      cell: ({ createdAt }) => <TimeText at={createdAt} />,
    },
  ];
}

function LinkView({ link, partners }: { link: Link; partners: PartnerNames }) {
  return (
    <Stack gap="md">
      <Card title="To publish">
        <div style={{ overflowWrap: 'anywhere' }}>{link.url}</div>
        <CopyButton text={link.url} label="Copy the link" />
      </Card>
      <Card title="What it says">
        <Facts
          rows={[
            ['Partner', <PartnerName key="p" id={link.partnerId} names={partners} />],
            ['Leads to', link.landingUrl],
            ['Deep links', link.allowedHosts?.join(', ') ?? 'as the program says'],
            ['Campaign', link.campaign],
            ['Creative', link.creative],
            ['Click id in', link.clickParam],
            ['State', link.active ? 'on' : 'off: visitors are told that it does not exist'],
            ['Made', <TimeText key="t" at={link.createdAt} as="full" />],
          ]}
        />
        <AppLink href={`/tracking?view=clicks&linkId=${link.id}`}>Visits through this link</AppLink>
      </Card>
    </Stack>
  );
}
