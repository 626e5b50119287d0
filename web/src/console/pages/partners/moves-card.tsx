import { Alert, Button, Group, Modal, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMoves } from '../../../api/partners.ts';
import type { Move, MoveAnswer, MovePreview } from '../../../api/partners.ts';
import { usePost } from '../../../api/repair.ts';
import type { PartnerDetail } from '../../../api/types.ts';
import { useGo } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { PlainTable } from '../../../components/plain-table.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { MoneyOfPreview } from '../money-of-preview.tsx';
import { PartnerName } from '../partner-name.tsx';
import { usePartnerNames } from '../partner-names.ts';
import { PartnerSelect } from '../reassignments/partner-select.tsx';

/** Where the partner stood in the tree since when; moving it, and taking a move back. */
export function MovesCard({ partner }: { partner: PartnerDetail }) {
  const { data, error, refetch } = useMoves(partner.id);
  const names = usePartnerNames();
  const [act, setAct] = useState<Act>();
  const firstId = data?.items.find(
    ({ effectiveFrom, retraction }) => effectiveFrom === null && retraction === null,
  )?.id;
  return (
    <Card
      title="Its place in the tree"
      aside={
        <Button size="compact-sm" variant="default" onClick={() => setAct({ kind: 'move' })}>
          Move it …
        </Button>
      }
      flush
    >
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <PlainTable
          label="Places in the tree"
          head={['Below', 'From', 'Until', 'State', 'Why', 'By', 'Act']}
          minWidth={640}
          maxHeight={320}
          rows={(data?.items ?? []).toReversed().map((move) => ({
            key: move.id,
            cells: [
              <PartnerName key="p" id={move.parentId} names={names} none="nobody, at the top" />,
              <TimeText key="f" at={move.effectiveFrom} none="the beginning" />,
              <TimeText key="u" at={move.until} />,
              <MoveState key="s" move={move} />,
              move.retraction === null ? (move.reason ?? '') : `taken back: ${move.retraction.reason}`,
              move.recordedBy,
              move.retraction === null && move.id !== firstId ? (
                <Button
                  key="t"
                  size="compact-xs"
                  variant="subtle"
                  onClick={() => setAct({ kind: 'take', move })}
                >
                  Take back …<span className="visually-hidden"> move</span>
                </Button>
              ) : (
                ''
              ),
            ],
          }))}
          empty="Loading …"
        />
      )}
      {act !== undefined && <ActDialog partner={partner} act={act} onClose={() => setAct(undefined)} />}
    </Card>
  );
}

type Act = { readonly kind: 'move' } | { readonly kind: 'take'; readonly move: Move };

function MoveState({ move }: { move: Move }) {
  if (move.retraction !== null) return <StateBadge state="withdrawn" word="taken back" />;
  return move.inForce ? (
    <StateBadge state="decided" word="in force" />
  ) : (
    <StateBadge state="moving" word="is being applied" />
  );
}

interface ActProps {
  readonly partner: PartnerDetail;
  readonly act: Act;
  readonly onClose: () => void;
}

/** Looks at what it would do to money first; only what was looked at can be done. */
function ActDialog({ partner, act, onClose }: ActProps) {
  const [top, setTop] = useState<'below' | 'top'>('below');
  const [parent, setParent] = useState('');
  const [from, setFrom] = useState('');
  const [reason, setReason] = useState('');
  const look = usePost<MovePreview>();
  const make = usePost<MoveAnswer>();
  const go = useGo();
  const touch = (change: () => void): void => {
    change();
    look.reset();
    make.reset();
  };
  const isTake = act.kind === 'take';
  const path = isTake ? `/v1/moves/${act.move.id}/retraction` : `/v1/partners/${partner.id}/moves`;
  const where = {
    parentId: top === 'top' ? null : parent,
    ...(from.trim() === '' ? {} : { effectiveFrom: from.trim() }),
  };
  const isMissing = !isTake && top === 'below' && parent === '';
  const send = (): void =>
    make.mutate(
      { path, body: { ...(isTake ? {} : where), reason: reason.trim() } },
      {
        onSuccess: (answer) => {
          onClose();
          const changeSet = 'kind' in answer ? answer.id : answer.changeSetId;
          if (changeSet !== null) go(`/change-sets/${changeSet}`);
        },
      },
    );
  const failed = look.error ?? make.error;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={isTake ? 'Take the move back' : `Move ${partner.name} with everybody below it`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="sm">
        {isTake ? (
          <Text size="sm">
            It never was: the place before it holds again until the next one. What it moved in money goes
            back.
          </Text>
        ) : (
          <>
            <SegmentedControl
              aria-label="Where to"
              value={top}
              onChange={(value) => touch(() => setTop(value as 'below' | 'top'))}
              data={[
                { value: 'below', label: 'Below a partner' },
                { value: 'top', label: 'To the top' },
              ]}
            />
            {top === 'below' && (
              <PartnerSelect
                label="Below"
                programId={partner.programId}
                value={parent}
                onChange={(value) => touch(() => setParent(value))}
              />
            )}
            <TextInput
              label="From"
              description="Empty: now. An instant such as 2026-03-01T00:00:00Z, past or future."
              placeholder="now"
              value={from}
              onChange={(event) => {
                const { value } = event.currentTarget;
                touch(() => setFrom(value));
              }}
            />
          </>
        )}
        <TextInput label="Why" value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        {failed !== null && (
          <Alert color="red" variant="light" role="alert">
            {failed.message}
            {failed.errors.map((one) => (
              <div key={`${one.path} ${one.message}`}>{one.message}</div>
            ))}
          </Alert>
        )}
        {look.data !== undefined && (
          <div role="region" aria-label="What it would do">
            <Text size="sm" role="status" mb="xs">
              {`It concerns ${wholeNumber(look.data.moved)} ${look.data.moved === 1 ? 'partner' : 'partners'}.`}
            </Text>
            <MoneyOfPreview preview={look.data} />
          </div>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant={look.data === undefined ? 'filled' : 'default'}
            disabled={isMissing}
            loading={look.isPending}
            onClick={() => look.mutate({ path: `${path}/preview`, ...(isTake ? {} : { body: where }) })}
          >
            See what it does
          </Button>
          {look.data !== undefined && (
            <Button disabled={reason.trim() === ''} loading={make.isPending} onClick={send}>
              {isTake ? 'Take it back' : 'Move it'}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
