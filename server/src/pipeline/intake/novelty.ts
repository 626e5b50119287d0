// Most batches tell only events that nobody told before. Then the whole commit can leave in one message, without asking
// first which of them are known; when one is known after all, the database refuses the batch and it is stored the careful way.

/** After a surprise so many batches go the careful way: whoever sends one delivery again often sends a whole day again. */
const CAREFUL_BATCHES = 100;

/** What a door expects of its next batch. */
export interface Novelty {
  /** True when the next batch may be stored as if all of it were new. */
  expectsNew(): boolean;
  /** A batch that was taken for new held a known event. */
  surprised(): void;
}

export function createNovelty(carefulBatches: number = CAREFUL_BATCHES): Novelty {
  let careful = 0;
  return {
    expectsNew() {
      if (careful === 0) return true;
      careful -= 1;
      return false;
    },
    surprised() {
      careful = carefulBatches;
    },
  };
}
