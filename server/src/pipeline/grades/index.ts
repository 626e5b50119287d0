export { countOpenGrades } from '../../registry/grades/index.ts';
export { createGradeChecks } from './grades.step.ts';
