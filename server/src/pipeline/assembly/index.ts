export { assembleGroup } from './assemble.ts';
