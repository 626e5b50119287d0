// The door of the mapping room.
export { checkMapping, compileMapping, mapEvent } from './compile.ts';
export type { CompiledMapping, MappedTable, MappingPrivacy, RowPlace } from './compile.ts';
export { comparableContent } from './content.ts';
export * from './facts.ts';
export { InvalidMapping } from './language.ts';
export type {
  MappingDocument,
  MappingFormat,
  MappingProblem,
  PrivacySpec,
  SettingSpec,
  SettingValue,
  SourceSettings,
} from './language.ts';
export { applyEdits, describeChanges, memberPointer, pointerOf } from './edits.ts';
export type { DocumentChange, MappingEdit } from './edits.ts';
export { listDoubts } from './doubts.ts';
export { guessMeaning, guessNumberStyle, guessTimeFormat } from './likely.ts';
export { spellField } from './paths.ts';
export { listLeaves, listLeafTexts } from './leaves.ts';
export { knownFieldsOf, knownFieldsPlace, listIgnored, listReadings } from './readings.ts';
export type { FieldReading, IgnoredRows } from './readings.ts';
export {
  findSimilarName,
  findTroubledField,
  remedyOfRename,
  remedyOfTimeFormat,
  remedyOfUnseenCode,
  suggestRemedy,
} from './remedies.ts';
export type { Remedy, Trouble } from './remedies.ts';
export type { ReadField } from './reads.ts';
export type { LocatedRow, LocatedRows } from './located.ts';
export { explainIllegalIdentifier } from './row.ts';
export { MAPPING_SCHEMA } from './schema.ts';
export { announcedDelimiter, columnKey } from './table.ts';
export type { TableHeader } from './table.ts';
export { findDelimiter, readRecords } from './csv.ts';
