import { useReasons } from '../../../api/resources.ts';

/** The reasons that events can have, to choose from. */
export function useReasonChoices(): readonly { readonly value: string; readonly label: string }[] {
  const groups = new Set([
    'intake',
    'identity',
    'attribution',
    'gate',
    'qualification',
    'trade',
    'amount',
    'hold',
  ]);
  return [...useReasons().values()]
    .filter(({ group }) => groups.has(group))
    .map(({ code }) => ({ value: code, label: code.replaceAll('_', ' ') }));
}
