import { Group, Text, Title } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { AppLink } from './app-link.tsx';

interface PageHeaderProps {
  readonly title: string;
  /** Beside the title: a state, an id. */
  readonly beside?: ReactNode;
  /** One line on what the page shows. */
  readonly says?: ReactNode;
  readonly above?: { readonly label: string; readonly href: string };
  /** What can be done here, at the right. */
  readonly children?: ReactNode;
}

/** The head of every page; also names the browser's tab. */
export function PageHeader({ title, beside, says, above, children }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Plumbline`;
  }, [title]);
  return (
    <Group justify="space-between" align="flex-end" gap="sm" wrap="wrap">
      <div style={{ minWidth: 0 }}>
        {above !== undefined && (
          <Group gap={4} mb={4} component="nav" aria-label="Where this page stands" fz="sm">
            <AppLink href={above.href}>{above.label}</AppLink>
            <IconChevronRight size={14} color="var(--text-faint)" aria-hidden />
          </Group>
        )}
        <Group gap="sm" wrap="wrap">
          <Title order={1} style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {beside}
        </Group>
        {says !== undefined && (
          <Text size="sm" c="var(--text-soft)" mt={2}>
            {says}
          </Text>
        )}
      </div>
      {children !== undefined && <Group gap="xs">{children}</Group>}
    </Group>
  );
}
