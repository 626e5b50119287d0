import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconSpeakerphone } from '@tabler/icons-react';
import { usePost } from '../../../api/repair.ts';
import { useCampaigns } from '../../../api/tracking.ts';
import type { Campaign } from '../../../api/tracking.ts';
import { Card, Facts } from '../../../components/card.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { IdChip } from '../../../components/id-chip.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { useProgram } from '../../program.ts';
import { OpeningList } from '../opening-list.tsx';

const NAMES = [] as const;

export function CampaignsTable() {
  const { programId } = useProgram();
  const filters = useFilters(NAMES);
  const list = useCampaigns({ programId });
  return (
    <OpeningList
      label="Campaigns"
      list={list}
      columns={COLUMNS}
      filters={filters}
      fields={[]}
      title="Campaign"
      view={(campaign) => <CampaignView campaign={campaign} />}
      empty={
        <EmptyState
          icon={IconSpeakerphone}
          title="No campaigns yet"
          says="Links may carry any campaign as a label. Registered ones can be closed for new links: plumbline campaign create <name> --program <id>, or POST /v1/campaigns."
        />
      }
    />
  );
}

const sayState = ({ active }: Campaign): string => (active ? 'open' : 'closed for new links and codes');

const COLUMNS: readonly Column<Campaign>[] = [
  { id: 'name', header: 'Campaign', cell: ({ name }) => name },
  { id: 'state', header: 'State', width: '34%', cell: sayState },
  {
    id: 'made',
    header: 'Made',
    width: 132,
    hideBelow: 'sm',
    cell: ({ createdAt }) => <TimeText at={createdAt} />,
  },
];

function CampaignView({ campaign }: { campaign: Campaign }) {
  const change = usePost<Campaign>();
  return (
    <Card title={campaign.name}>
      <Stack gap="sm">
        <Facts
          rows={[
            ['State', sayState(campaign)],
            ['Id', <IdChip key="i" id={campaign.id} linked={false} />],
            ['Made', <TimeText key="m" at={campaign.createdAt} as="full" />],
          ]}
        />
        <Text size="sm" c="var(--text-soft)">
          Links and codes that exist go on either way, and so do their customers.
        </Text>
        {change.isError && (
          <Alert color="red" variant="light" role="alert">
            {change.error.message}
          </Alert>
        )}
        <Button
          variant="default"
          loading={change.isPending}
          onClick={() =>
            change.mutate({
              method: 'PATCH',
              path: `/v1/campaigns/${campaign.id}`,
              body: { active: !campaign.active },
            })
          }
        >
          {campaign.active ? 'Close for new links and codes' : 'Open again'}
        </Button>
      </Stack>
    </Card>
  );
}
