import type { LabRun } from '../../../api/lab.ts';

/** The state of a run: the word that is shown, and the badge that it is shown as. */
export const RUN_STATES: Readonly<
  Record<LabRun['state'], { readonly word: string; readonly badge: string }>
> = {
  running: { word: 'running', badge: 'moving' },
  done: { word: 'done', badge: 'decided' },
  failed: { word: 'failed', badge: 'failed' },
  cancelled: { word: 'ended', badge: 'cancelled' },
};

const STAGES: Readonly<Record<string, string>> = {
  waits: 'Waits for its turn',
  customers: 'Deciding customers',
  months: 'Settling months',
};

/** How far a run is: in words, and in per cent. */
export function sayProgress({ stage, done, total }: LabRun['progress']): { words: string; percent: number } {
  const words = STAGES[stage] ?? stage;
  if (stage === 'waits' || total === 0) return { words, percent: 0 };
  // Months come after all customers and are few.
  const share = Math.min(1, done / total);
  return {
    words: stage === 'customers' ? `${words}: ${done} of ${total}` : words,
    percent: Math.round(stage === 'months' ? 90 + 10 * share : 90 * share),
  };
}
