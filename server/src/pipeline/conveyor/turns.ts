/** Lets those who share a name go one after the other, in the order in which they asked; others are not held up. */
export interface Turns {
  /** Runs the work when everybody of that name who asked before has ended, well or not. */
  take<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    take(name, work) {
      const turn = (last.get(name) ?? Promise.resolve()).then(work, work);
      last.set(name, turn);
      return turn;
    },
  };
}
