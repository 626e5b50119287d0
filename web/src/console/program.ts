import { useRouter, useSearch } from '@tanstack/react-router';
import { usePrograms } from '../api/resources.ts';
import type { Program } from '../api/types.ts';

export interface ProgramChoice {
  /** The chosen program; undefined means all. */
  readonly programId: string | undefined;
  readonly programs: readonly Program[];
  readonly choose: (programId: string | undefined) => void;
}

/** The program that the address names; every page shows that one only. It is part of the address, so that a link shows the same to everybody. */
export function useProgram(): ProgramChoice {
  const { program } = useSearch({ strict: false }) as { program?: string };
  const { history } = useRouter();
  const { data } = usePrograms();
  const choose = (programId: string | undefined): void => {
    const { pathname, search } = globalThis.location;
    const values = new URLSearchParams(search);
    values.delete('cursor');
    if (programId === undefined) values.delete('program');
    else values.set('program', programId);
    const query = values.toString();
    history.push(query === '' ? pathname : `${pathname}?${query}`);
  };
  return { programId: program, programs: data?.items ?? [], choose };
}

/** Says the program's now as an instant: real time, or where the clock of a sandbox stands. */
export function useNowOf(programId: string | undefined): () => string {
  const { data } = usePrograms();
  const clockAt = data?.items.find(({ id }) => id === programId)?.clockAt ?? null;
  return () => clockAt ?? new Date().toISOString();
}
