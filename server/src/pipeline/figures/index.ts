export type { Moved, RoadMeter, Transition } from './facts.ts';
export { deleteSecondsBefore, insertSecond } from './figures.store.ts';
export { createMeter } from './meter.ts';
