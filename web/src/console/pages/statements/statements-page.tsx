import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useGo } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { useOneProgram } from '../one-program.ts';
import { PartnerSelect } from '../reassignments/partner-select.tsx';
import { isMonth, monthAfter } from './months.ts';

/** Chooses whose statement is looked at, and for which month. */
export function StatementsPage() {
  const program = useOneProgram();
  const go = useGo();
  const [partner, setPartner] = useState('');
  const [period, setPeriod] = useState(() => monthAfter(new Date().toISOString().slice(0, 7), -1));
  return (
    <>
      <PageHeader
        title="Statements"
        says="What was booked for a partner in a month, what corrects earlier months, and what is carried. Drafts: they say what the books say now."
      />
      {program === undefined ? (
        <Card title="Which program">
          Choose a program at the top of the page first: partners belong to one.
        </Card>
      ) : (
        <Card title="Whose, and for when">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (partner !== '' && isMonth(period)) go(`/statements/${partner}/${period}`);
            }}
          >
            <Stack gap="sm" maw={480}>
              <PartnerSelect label="Partner" programId={program.id} value={partner} onChange={setPartner} />
              <TextInput
                label="Month"
                description={`By the zone of the program, ${program.zone}.`}
                placeholder="2026-03"
                value={period}
                onChange={(event) => setPeriod(event.currentTarget.value.trim())}
                error={period === '' || isMonth(period) ? undefined : 'Give a month such as 2026-03.'}
              />
              <Group>
                <Button type="submit" disabled={partner === '' || !isMonth(period)}>
                  Show the statement
                </Button>
              </Group>
            </Stack>
          </form>
        </Card>
      )}
    </>
  );
}
