import { Button } from '@mantine/core';
import { EmptyState } from '../../components/empty-state.tsx';

/** What stands where filters left nothing over. */
export function NothingMatches({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      title="Nothing matches these filters"
      says="Search finds whole ids and values, not parts of them."
    >
      <Button variant="light" onClick={onClear}>
        Clear the filters
      </Button>
    </EmptyState>
  );
}
