export { assembleGroup, findSpread } from './assemble.ts';
