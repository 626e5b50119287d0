import { Button, Group, Skeleton, Stack } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useRouter } from '@tanstack/react-router';
import { AppLink } from '../../components/app-link.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorState } from '../../components/error-state.tsx';

/** A page that failed. The rest of the console goes on. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = (): void => {
    reset();
    void router.invalidate();
  };
  return <ErrorState error={error} onRetry={again} />;
}

/** The place of a page that is being loaded, so that nothing jumps when it comes. */
export function PagePending() {
  return (
    <Stack gap="lg" aria-busy="true" aria-label="Loading the page" role="status">
      <Group justify="space-between">
        <Skeleton height={28} width={220} />
        <Skeleton height={32} width={120} />
      </Group>
      <Skeleton height={44} />
      <Skeleton height={420} radius="md" />
    </Stack>
  );
}

export function PageMissing() {
  return (
    <EmptyState
      title="There is no such page"
      says="The address may be misspelt, or come from another version of the console."
    >
      <AppLink href="/">
        <Button component="span" variant="light">
          Go to the road
        </Button>
      </AppLink>
    </EmptyState>
  );
}
