import { SegmentedControl } from '@mantine/core';
import { useFilters } from '../../../components/filters.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { CampaignsTable } from './campaigns-table.tsx';
import { ClicksTable } from './clicks-table.tsx';
import { CodesTable } from './codes-table.tsx';
import { CreativesTable } from './creatives-table.tsx';
import { LinksTable } from './links-table.tsx';

const VIEW = ['view'] as const;
const VIEWS = [
  { value: 'links', label: 'Links', table: LinksTable },
  { value: 'codes', label: 'Codes', table: CodesTable },
  { value: 'campaigns', label: 'Campaigns', table: CampaignsTable },
  { value: 'creatives', label: 'Creatives', table: CreativesTable },
  { value: 'clicks', label: 'Clicks', table: ClicksTable },
] as const;

/** What partners promote with, and the visits that it brought. */
export function TrackingPage() {
  const view = useFilters(VIEW);
  const chosen = VIEWS.find(({ value }) => value === view.values.view) ?? VIEWS[0];
  const Table = chosen.table;
  return (
    <>
      <PageHeader
        title="Tracking"
        says="Links, codes and campaigns, creatives that wait for approval, and every visit. Strikes stand with their partner."
      >
        <SegmentedControl
          aria-label="What is shown"
          value={chosen.value}
          onChange={(value) => view.set('view', value === 'links' ? '' : value)}
          data={VIEWS.map(({ value, label }) => ({ value, label }))}
        />
      </PageHeader>
      <Table />
    </>
  );
}
