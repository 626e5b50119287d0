import { Alert, Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { usePost } from '../../../api/repair.ts';
import { usePreset } from '../../../api/sources.ts';
import type { CreatedFeed, PresetDetail } from '../../../api/sources.ts';
import { asksOf, SCHEMES } from './schemes.ts';
import { ShownOnce } from './shown-once.tsx';

interface NewFeedDialogProps {
  readonly source: string;
  readonly preset: string;
  readonly onClose: () => void;
}

/** Makes a webhook feed: by what its deliveries prove themselves, and then the address to give to the outside system. */
export function NewFeedDialog({ source, preset, onClose }: NewFeedDialogProps) {
  const { data } = usePreset(preset);
  const [name, setName] = useState('webhook');
  const [scheme, setScheme] = useState('bearer');
  const [told, setTold] = useState<Readonly<Record<string, string>>>({});
  const [secret, setSecret] = useState('');
  const make = usePost<CreatedFeed>();
  const asks = asksOf(scheme);
  const isWhole = name !== '' && asks.every((ask) => (told[ask.name] ?? '').trim() !== '');
  const create = (): void => {
    const more = Object.fromEntries(asks.map((ask) => [ask.name, (told[ask.name] ?? '').trim()]));
    const body = {
      name,
      kind: 'webhook',
      verification: { scheme, ...more },
      ...(secret === '' ? {} : { secret }),
    };
    make.mutate({ path: `/v1/sources/${source}/feeds`, body });
  };
  const made = make.data;
  return (
    <Modal opened onClose={onClose} title="New feed" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      {made === undefined ? (
        <Stack gap="sm">
          <Suggested
            preset={data}
            onChoose={(feed) => {
              setName(feed.name);
              if (feed.scheme !== null) setScheme(feed.scheme);
            }}
          />
          <TextInput
            label="Name"
            description="Part of the address. The mapping may choose its rules by it."
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Select
            label="How deliveries prove themselves"
            data={SCHEMES.map(({ value, label }) => ({ value, label }))}
            value={scheme}
            onChange={(value) => setScheme(value ?? 'bearer')}
            allowDeselect={false}
            searchable
          />
          {asks.map((ask) => (
            <TextInput
              key={ask.name}
              label={ask.label}
              placeholder={ask.placeholder}
              required
              value={told[ask.name] ?? ''}
              onChange={(event) => setTold({ ...told, [ask.name]: event.currentTarget.value })}
            />
          ))}
          <TextInput
            label="Secret"
            description="As the outside system made it; it can be added later. For general schemes, left empty, one is made and shown once."
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            autoComplete="off"
          />
          {make.error !== null && (
            <Alert color="red" variant="light" role="alert">
              {make.error.message} {make.error.errors.map((one) => one.message).join(' ')}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button disabled={!isWhole} loading={make.isPending} onClick={create}>
              Make the feed
            </Button>
          </Group>
        </Stack>
      ) : (
        <Stack gap="sm">
          <ShownOnce feed={made} />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

/** The webhooks that a source of this preset usually has. */
function Suggested({
  preset,
  onChoose,
}: {
  preset: PresetDetail | undefined;
  onChoose: (feed: PresetDetail['feeds'][number]) => void;
}) {
  const feeds = preset?.feeds.filter(({ kind }) => kind === 'webhook') ?? [];
  if (feeds.length === 0) return null;
  return (
    <Stack gap={4}>
      <Text size="sm">{preset?.title} usually has:</Text>
      {feeds.map((feed) => (
        <Group key={feed.name} gap="xs" wrap="nowrap">
          <Button size="compact-sm" variant="light" onClick={() => onChoose(feed)}>
            {feed.name}
          </Button>
          <Text size="xs" c="var(--text-soft)">
            {feed.note}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
