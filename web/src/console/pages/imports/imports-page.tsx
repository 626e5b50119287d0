import {
  Alert,
  Anchor,
  Button,
  FileButton,
  Group,
  NativeSelect,
  Progress,
  Stack,
  Table,
  Text,
} from '@mantine/core';
import { IconFileImport, IconUpload } from '@tabler/icons-react';
import { useState } from 'react';
import type { DragEvent } from 'react';
import {
  errorsAddress,
  useImportAct,
  useImportPreview,
  useImports,
  useUpload,
} from '../../../api/imports.ts';
import type { ImportAct } from '../../../api/imports.ts';
import type { FileImport } from '../../../api/types.ts';
import { Card } from '../../../components/card.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { useSourceNames } from '../source-names.ts';

/** Files of a source: sent, looked at, tried, imported, and what was not taken. */
export function ImportsPage() {
  const { options } = useSourceNames();
  const [chosen, setChosen] = useState<string>();
  const source = chosen ?? options[0]?.value;
  return (
    <>
      <PageHeader
        title="Imports"
        says="Files of rows: look at them, try them without storing, import them, correct what was not taken."
      />
      {source === undefined ? (
        <EmptyState
          icon={IconFileImport}
          title="No source yet"
          says="A file is imported into a source. Make one with: plumbline source create"
        />
      ) : (
        <Stack gap="md">
          <NativeSelect
            label="Source"
            maw={320}
            data={options.map((one) => ({ ...one }))}
            value={source}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
          <SourceImports key={source} source={source} />
        </Stack>
      )}
    </>
  );
}

function SourceImports({ source }: { source: string }) {
  const [share, setShare] = useState(0);
  const [looked, setLooked] = useState<string | null>(null);
  const upload = useUpload(source, setShare);
  const list = useImports(source);
  const send = (file: File | null | undefined): void => {
    if (file === null || file === undefined) return;
    setShare(0);
    upload.mutate(file, { onSuccess: ({ id }) => setLooked(id) });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    send(event.dataTransfer.files[0]);
  };
  const items = list.data?.items ?? [];
  return (
    <>
      <Card title="Send a file">
        <Group onDragOver={(event) => event.preventDefault()} onDrop={drop}>
          <FileButton onChange={send} inputProps={{ 'aria-label': 'File to import' }}>
            {(props) => (
              <Button
                {...props}
                leftSection={<IconUpload size={16} aria-hidden />}
                loading={upload.isPending}
              >
                Choose a file
              </Button>
            )}
          </FileButton>
          <Text size="sm" c="var(--text-soft)">
            or drop one here. CSV or JSON lines, also packed with gzip; nothing is stored before you start it.
          </Text>
        </Group>
        {upload.isPending && <Progress mt="sm" value={share * 100} aria-label="Sent" />}
        {upload.error !== null && <Problem text={upload.error.message} />}
      </Card>
      {looked !== null && <Preview source={source} id={looked} />}
      <Card title="Imports of this source" flush>
        {list.error !== null ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : items.length === 0 ? (
          <EmptyState
            icon={IconFileImport}
            title="No file came yet"
            says="Send one above, or from the command line:"
            command={`plumbline import FILE --source ${source}`}
          />
        ) : (
          <ImportRows source={source} items={items} onLook={setLooked} />
        )}
      </Card>
    </>
  );
}

function Problem({ text }: { text: string }) {
  return (
    <Alert mt="sm" color="red" role="alert" title="This cannot be done">
      {text}
    </Alert>
  );
}

interface RowsProps {
  readonly source: string;
  readonly items: readonly FileImport[];
  readonly onLook: (id: string) => void;
}

function ImportRows({ source, items, onLook }: RowsProps) {
  const act = useImportAct(source);
  const run = (id: string, what: ImportAct): void => act.mutate({ id, act: what });
  return (
    <>
      {act.error !== null && <Problem text={act.error.message} />}
      <Table.ScrollContainer
        minWidth={720}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': 'Imports' } }}
      >
        <Table aria-label="Imports">
          <Table.Thead>
            <Table.Tr>
              {['File', 'State', 'Rows', 'What became of them', 'Sent', 'Do'].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((item) => (
              <Table.Tr key={item.id}>
                <Table.Td>{item.name}</Table.Td>
                <Table.Td>
                  <StateBadge state={item.state} />
                </Table.Td>
                <Table.Td>{wholeNumber(item.progress.rows)}</Table.Td>
                <Table.Td>
                  <Became source={source} item={item} />
                </Table.Td>
                <Table.Td>
                  <TimeText at={item.createdAt} />
                </Table.Td>
                <Table.Td>
                  <Acts item={item} onAct={(what) => run(item.id, what)} onLook={() => onLook(item.id)} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

function Became({ source, item }: { source: string; item: FileImport }) {
  const { counts, bytes } = item.progress;
  const untaken = (counts.quarantined ?? 0) + (counts.refused ?? 0);
  const told = Object.entries(counts).map(([name, count]) => `${wholeNumber(count)} ${name}`);
  return (
    <Stack gap={4}>
      {item.state === 'running' && (
        <Progress
          value={(bytes / Math.max(1, item.sizeBytes ?? 1)) * 100}
          aria-label={`Read of ${item.name}`}
        />
      )}
      <Text size="sm">
        {item.dryRun ? 'Would be: ' : ''}
        {told.join(', ') || '–'}
      </Text>
      {item.error !== null && <Text size="sm">{item.error}</Text>}
      {untaken > 0 && (
        <Anchor size="sm" underline="always" href={errorsAddress(source, item.id)} download>
          Download the {wholeNumber(untaken)} that were not taken
        </Anchor>
      )}
    </Stack>
  );
}

/** What each state allows; words first, because the name of the file stands beside. */
function Acts({
  item,
  onAct,
  onLook,
}: {
  item: FileImport;
  onAct: (act: ImportAct) => void;
  onLook: () => void;
}) {
  const isReady = item.state === 'ready' || item.state === 'previewed';
  const waits = item.fourEyes && item.approvedAt === null;
  const acts: readonly (readonly [string, boolean, () => void])[] = [
    ['Look', isReady, onLook],
    ['Try', isReady, () => onAct('try')],
    ['Approve', isReady && waits, () => onAct('approve')],
    ['Start', isReady && !waits, () => onAct('start')],
    [
      'Resume',
      item.fileKept && (item.state === 'failed' || item.state === 'cancelled'),
      () => onAct('resume'),
    ],
    ['Cancel', isReady || item.state === 'running', () => onAct('cancel')],
  ];
  return (
    <Group gap={4} wrap="nowrap">
      {acts.flatMap(([word, isShown, act]) =>
        isShown
          ? [
              <Button
                key={word}
                size="compact-xs"
                variant="default"
                onClick={act}
                aria-label={`${word} ${item.name}`}
              >
                {word}
              </Button>,
            ]
          : [],
      )}
    </Group>
  );
}

function Preview({ source, id }: { source: string; id: string }) {
  const { data, error } = useImportPreview(source, id);
  if (error !== null) return <Problem text={error.message} />;
  if (data === undefined) return null;
  const { dialect } = data;
  const parted = dialect.delimiter === '\t' ? 'tabs' : dialect.delimiter;
  return (
    <Card title="The first rows, as they would be taken" flush>
      <Stack gap={4} p="sm">
        <Text size="sm">
          {dialect.format}, {dialect.encoding}
          {dialect.format === 'csv' ? `, cells parted by ${parted}` : ''}
        </Text>
        {data.notes.map((note) => (
          <Text key={note} size="sm">
            {note}
          </Text>
        ))}
      </Stack>
      <Table.ScrollContainer
        minWidth={720}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': 'Preview' } }}
      >
        <Table aria-label="Preview">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Row</Table.Th>
              <Table.Th>Becomes</Table.Th>
              {data.columns.map(({ column, read }) => (
                <Table.Th key={column}>
                  {column}
                  {read ? '' : ' (not read)'}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.rows.map(({ row, items, cells }) => (
              <Table.Tr key={row}>
                <Table.Td>{row}</Table.Td>
                <Table.Td>
                  {items.map((item, index) => (
                    <div key={`${row}-${index}`}>
                      <StateBadge state={item.disposition} />
                      {item.detail !== undefined && <Text size="xs">{item.detail}</Text>}
                      {item.fix !== undefined && <Text size="xs">{item.fix}</Text>}
                    </div>
                  ))}
                </Table.Td>
                {cells.map((cell, index) => (
                  <Table.Td key={`${cell.column}-${index}`} fw={cell.state === 'problem' ? 700 : undefined}>
                    {cell.value}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
