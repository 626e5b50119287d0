/** A trial looks at so much; beyond it the figures say that they are not all. It runs beside the doors and must not hold them up. */
export const TRIAL_LIMITS = { retellings: 200_000, customers: 5_000, events: 100_000 } as const;
