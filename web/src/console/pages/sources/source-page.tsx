import { Loader, Stack, Table, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useMappingPage } from '../../../api/repair.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { FeedsCard } from './feeds-card.tsx';
import { MissRateCard } from './miss-rate-card.tsx';
import { TestDeliveryCard } from './test-delivery-card.tsx';

/** What a source sends and how it is read, as its mapping says. */
export function SourcePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { data: page, error } = useMappingPage(id);
  if (error !== null && page === undefined) return <ErrorState error={error} />;
  if (page === undefined) return <Loader aria-label="Loading" />;
  return (
    <>
      <PageHeader
        title={page.source.name}
        says={page.description}
        above={{ label: 'Sources', href: '/sources' }}
      />
      <Stack gap="md">
        <Card
          title="Mapping"
          aside={<AppLink href={`/trials?source=${page.source.slug}`}>Try a draft</AppLink>}
        >
          <Facts
            rows={[
              ['Preset', page.source.preset],
              ['Version in force', String(page.inForce)],
              ['Format', page.format],
              ['Rows at', page.rows.join(', then ')],
              [
                'Feeds',
                page.feeds
                  .map((feed) => `${feed.name} (${feed.kind}, ${wholeNumber(feed.rows)} rows looked at)`)
                  .join(', ') || null,
              ],
              [
                'Drift',
                <AppLink key="d" href={`/drift?source=${page.source.slug}`}>
                  What changed
                </AppLink>,
              ],
              [
                'Quarantine',
                <AppLink key="q" href={`/quarantine?source=${page.source.slug}`}>
                  What could not be read
                </AppLink>,
              ],
            ]}
          />
        </Card>
        <FeedsCard source={page.source.slug} preset={page.source.preset} />
        <TestDeliveryCard source={page.source.slug} />
        <MissRateCard source={page.source.slug} />
        <Card title="Fields" flush>
          <ScrollRegion label="Fields, scrolls" minWidth={720}>
            <Table aria-label="Fields" tabularNums>
              <Table.Thead>
                <Table.Tr>
                  {['Field', 'Read as', 'Means', 'Format', 'Codes', 'Seen', 'Shapes'].map((name) => (
                    <Table.Th key={name} scope="col">
                      {name}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {page.fields.map((field, index) => (
                  <Table.Tr key={`${field.rule} ${field.role} ${index}`}>
                    <Table.Td>{field.paths.join(' else ')}</Table.Td>
                    <Table.Td>{field.role}</Table.Td>
                    <Table.Td>
                      {[field.meaning, field.currency, field.identifier]
                        .filter((one) => one !== null && one !== '')
                        .join('; ')}
                    </Table.Td>
                    <Table.Td>{field.format}</Table.Td>
                    <Table.Td>{field.codes.map((one) => `${one.code} = ${one.meaning}`).join(', ')}</Table.Td>
                    <Table.Td>{wholeNumber(field.seen)}</Table.Td>
                    <Table.Td>{field.samples.join(', ')}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </ScrollRegion>
        </Card>
        {page.ignored.length > 0 && (
          <Card title="Rows that are left out">
            <Facts rows={page.ignored.map((one) => [one.rule, `${one.detail} (${one.reason})`] as const)} />
          </Card>
        )}
        <Card title="Versions">
          {page.versions.map((one) => (
            <div key={one.version}>
              <Text size="sm" fw={600}>
                Version {one.version}, <TimeText at={one.createdAt} />, {one.createdBy}
                {one.reason === null ? '' : `: ${one.reason}`}
              </Text>
              <ul>
                {one.changes.map((change) => (
                  <li key={change}>{change}</li>
                ))}
              </ul>
            </div>
          ))}
        </Card>
      </Stack>
    </>
  );
}
