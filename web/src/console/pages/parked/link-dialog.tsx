import { Alert, Button, Group, Loader, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconAlertCircle, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useCustomers, useLinkIdentifier } from '../../../api/resources.ts';
import type { Parked } from '../../../api/types.ts';
import { wholeNumber } from '../../../components/number-format.ts';
import { shortId } from '../../../components/place-of-id.ts';
import { TimeText } from '../../../components/time-text.tsx';

/** Links an identifier to a customer, after showing what this will do. */
export function LinkDialog({ parked, onClose }: { parked: Parked; onClose: () => void }) {
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 250);
  const [customerId, setCustomerId] = useState<string>();
  const found = useCustomers({ programId: parked.programId, search: asked }, asked !== '');
  const link = useLinkIdentifier();
  const events = `${wholeNumber(parked.events)} ${parked.events === 1 ? 'event' : 'events'}`;
  const confirm = (): void => {
    if (customerId === undefined) return;
    const { programId, namespace, value } = parked;
    link.mutate(
      { programId, namespace, value, customerId },
      {
        onSuccess: () => {
          notifications.show({
            color: 'teal',
            title: 'Linked',
            message: `${namespace} ${value} now belongs to the customer; ${events} go on by themselves.`,
          });
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Link ${parked.value} to a customer`}
      size="md"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        <Text size="sm" c="var(--text-soft)">
          {events} of {parked.namespace} {parked.value} wait. Choose the customer that it belongs to, from the
          beginning on; they are then decided as if it had been known all along.
        </Text>
        <TextInput
          label="Customer"
          placeholder="Customer id or any other identifier, whole"
          data-autofocus
          leftSection={<IconSearch size={15} aria-hidden />}
          rightSection={found.query.isFetching ? <Loader size={14} /> : null}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setCustomerId(undefined);
          }}
        />
        <div style={{ minHeight: 72 }} aria-live="polite">
          {asked !== '' && found.query.isSuccess && found.rows.length === 0 && (
            <Text size="sm">No customer has the identifier “{asked}”. Write it whole, as the CRM does.</Text>
          )}
          {asked !== '' && found.rows.length > 0 && (
            <Radio.Group aria-label="Customers found" value={customerId ?? ''} onChange={setCustomerId}>
              <Stack gap={8}>
                {found.rows.slice(0, 6).map((customer) => (
                  <Radio
                    key={customer.id}
                    value={customer.id}
                    label={`${customer.namespace} ${customer.value}`}
                    description={
                      <>
                        {shortId(customer.id)} ·{' '}
                        {customer.registeredAt === null ? (
                          'not registered yet'
                        ) : (
                          <>
                            registered <TimeText at={customer.registeredAt} />
                          </>
                        )}
                      </>
                    }
                  />
                ))}
              </Stack>
            </Radio.Group>
          )}
        </div>
        {link.isError && (
          <Alert color="red" variant="light" icon={<IconAlertCircle size={18} aria-hidden />} role="alert">
            {link.error.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={customerId === undefined} loading={link.isPending} onClick={confirm}>
            Link and let {events} go on
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
