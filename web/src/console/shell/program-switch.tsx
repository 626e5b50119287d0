import { Select } from '@mantine/core';
import { useProgram } from '../program.ts';

/** Chooses which program every page shows. */
export function ProgramSwitch() {
  const { programId, programs, choose } = useProgram();
  const names = programs.map((program) => ({ value: program.id, label: program.name }));
  return (
    <Select
      aria-label="Program"
      data={[{ value: '', label: 'All programs' }, ...names]}
      value={programId ?? ''}
      onChange={(value) => choose(value === null || value === '' ? undefined : value)}
      allowDeselect={false}
      size="xs"
      w={{ base: 124, sm: 176 }}
      searchable={names.length > 8}
      comboboxProps={{ width: 240, position: 'bottom-start' }}
      nothingFoundMessage="No program of this name"
    />
  );
}
