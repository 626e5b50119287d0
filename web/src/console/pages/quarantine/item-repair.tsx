import { Alert, Button, Code, Group, Mark, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { usePost, useQuarantined } from '../../../api/repair.ts';
import type { Redriven } from '../../../api/repair.ts';
import type { QuarantineItem } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card, Facts } from '../../../components/card.tsx';

/** The row of an item with the field at which it failed, the suggested change, and what can be done. */
export function ItemRepair({ item }: { item: QuarantineItem }) {
  const { data } = useQuarantined(item.id);
  const redrive = usePost<Redriven>();
  const dismiss = usePost<unknown>();
  const [why, setWhy] = useState('');
  const error = redrive.error ?? dismiss.error;
  const outcome = redrive.data?.items[0];
  return (
    <>
      {data !== undefined && (
        <Card title="Suggested repair">
          <Text size="sm">{data.remedy.words}</Text>
          {data.remedy.edits.length > 0 && (
            <>
              <Code block mt="sm" tabIndex={0} aria-label="Suggested change of the mapping">
                {JSON.stringify(data.remedy.edits, undefined, 2)}
              </Code>
              <AppLink href={`/trials?source=${item.source}&quarantine=${item.id}`}>
                Edit and try this change
              </AppLink>
            </>
          )}
        </Card>
      )}
      {data !== undefined && data.fields.length > 0 && (
        <Card title="The row">
          <Facts
            rows={data.fields.map(({ path, value }) => [
              path,
              path === data.field?.path ? <Mark key={path}>{value}</Mark> : value,
            ])}
          />
          {data.field !== null && data.field.value === null && (
            <Text size="sm" mt="xs">
              Missing: <Mark>{data.field.path}</Mark>
            </Text>
          )}
        </Card>
      )}
      {item.state === 'open' && (
        <Card title="Settle it">
          <Stack gap="sm">
            <Group>
              <Button
                loading={redrive.isPending}
                onClick={() => redrive.mutate({ path: `/v1/quarantine/${item.id}/redrive` })}
              >
                Re-drive by the mapping in force
              </Button>
            </Group>
            <Group align="end">
              <TextInput
                label="Why nobody needs it"
                value={why}
                onChange={(event) => setWhy(event.currentTarget.value)}
              />
              <Button
                variant="default"
                disabled={why.trim().length < 3}
                loading={dismiss.isPending}
                onClick={() =>
                  dismiss.mutate({ path: `/v1/quarantine/${item.id}/dismiss`, body: { reason: why } })
                }
              >
                Dismiss
              </Button>
            </Group>
            <div aria-live="polite">
              {outcome !== undefined && (
                <Text size="sm">
                  {outcome.state === 'open'
                    ? `Still not readable: ${outcome.detail ?? outcome.reason ?? ''}`
                    : `Now ${outcome.disposition ?? outcome.state}.`}
                </Text>
              )}
              {dismiss.isSuccess && <Text size="sm">Dismissed.</Text>}
            </div>
            {error !== null && (
              <Alert color="red" variant="light" role="alert">
                {error.message}
              </Alert>
            )}
          </Stack>
        </Card>
      )}
    </>
  );
}
