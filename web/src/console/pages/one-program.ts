import type { Program } from '../../api/types.ts';
import { useProgram } from '../program.ts';

/** The chosen program, or the only one that there is; undefined while one must be chosen. */
export function useOneProgram(): Program | undefined {
  const { programId, programs } = useProgram();
  return programId === undefined
    ? programs.length === 1
      ? programs[0]
      : undefined
    : programs.find(({ id }) => id === programId);
}
