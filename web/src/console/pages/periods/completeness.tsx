import type { PeriodPreview } from '../../../api/settlements.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';

/** Until when each source has told everything; nothing where no source gives marks. */
export function CompletenessCard({ sources }: Pick<PeriodPreview, 'sources'>) {
  if (sources.length === 0) return null;
  return (
    <Card title="What the sources have told" flush>
      <PlainTable
        label="Completeness of sources"
        head={['Source', 'Everything until', 'Of this month']}
        rows={sources.map(({ source, completeUntil, complete }) => ({
          key: source,
          cells: [
            <AppLink key="s" href={`/sources/${source}`}>
              {source}
            </AppLink>,
            <TimeText key="u" at={completeUntil} as="full" />,
            <StateBadge
              key="c"
              state={complete ? 'decided' : 'waiting'}
              word={complete ? 'all' : 'not all yet'}
            />,
          ],
        }))}
        empty=""
      />
    </Card>
  );
}
