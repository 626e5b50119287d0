import { Alert, Button, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTestDelivery } from '../../../api/sources.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';

const TYPES = ['application/json', 'application/x-www-form-urlencoded', 'text/csv', 'text/plain'];

/** Hands a body to the source as if it had come, and says what became of each item. */
export function TestDeliveryCard({ source }: { source: string }) {
  const [text, setText] = useState('');
  const [type, setType] = useState('application/json');
  const send = useTestDelivery(source);
  const delivery = send.data?.deliveries[0];
  return (
    <Card title="Test delivery">
      <Stack gap="sm">
        <Text size="sm" c="var(--text-soft)">
          What you send here is read by the mapping in force and stored like any delivery: what it tells
          counts. Use a test customer, or a sandbox program.
        </Text>
        <Textarea
          label="Body"
          placeholder="A body as the outside system sends it"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autosize
          minRows={4}
          maxRows={16}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12.5 } }}
        />
        <Group align="flex-end">
          <Select
            label="Content type"
            data={TYPES}
            value={type}
            onChange={(value) => setType(value ?? 'application/json')}
            allowDeselect={false}
            w={280}
          />
          <Button
            disabled={text.trim() === ''}
            loading={send.isPending}
            onClick={() => send.mutate({ text, type })}
          >
            Send and store it
          </Button>
        </Group>
        <div role="status" aria-label="What became of it">
          {send.data !== undefined && (
            <Stack gap={4}>
              {send.data.items.slice(0, 20).map((item, index) => (
                <Group key={index} gap="xs">
                  <StateBadge state={item.disposition} />
                  <Text size="sm">{item.detail ?? item.reason ?? ''}</Text>
                </Group>
              ))}
              {delivery !== undefined && (
                <AppLink href={`/deliveries/${delivery.id}`}>Open the delivery</AppLink>
              )}
            </Stack>
          )}
        </div>
        {send.error !== null && (
          <Alert color="red" variant="light" role="alert">
            {send.error.message}
          </Alert>
        )}
      </Stack>
    </Card>
  );
}
