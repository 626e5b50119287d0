import { checkMapping, listDoubts } from '../../pipeline/mapping/index.ts';
import type { MappingProblem, SourceSettings } from '../../pipeline/mapping/index.ts';
import { parseDocumentText } from '../../platform/document-text.ts';
import type { TextPlace } from '../../platform/document-text.ts';
import { unprocessable } from '../../platform/http/problem.ts';
import type { ProblemDetail } from '../../platform/http/problem.ts';

/** A mapping as a request gives it: as a document, or as the text of one. */
export interface GivenMapping {
  readonly document: Record<string, unknown>;
  /** Where the document stands in the request, such as `body.document`. */
  readonly at: string;
  /** Only of a text: line and column of a part. */
  readonly findPlace?: (path: string, of: 'value' | 'key') => TextPlace | undefined;
}

/** Reads what a request gives. Throws 422 where it gives both or neither, or a text that is no document, with line and column. */
export function readGivenMapping(given: {
  readonly document?: Record<string, unknown> | undefined;
  readonly documentAt: string;
  readonly text?: string | undefined;
  readonly textAt: string;
}): GivenMapping {
  const { document, documentAt, text, textAt } = given;
  if ((document === undefined) === (text === undefined)) {
    const message = `Give the mapping as ${documentAt} (an object) or as ${textAt} (its text, JSON or YAML), not both.`;
    throw unprocessable('bad_mapping', message, [{ path: documentAt, message }]);
  }
  if (document !== undefined) return { document, at: documentAt };
  const parsed = parseDocumentText(text ?? '');
  if (!parsed.ok)
    throw unprocessable('bad_mapping', 'The text of the mapping is neither JSON nor YAML.', [
      { path: textAt, message: `${parsed.detail}; correct the text here`, ...parsed.place },
    ]);
  const { value } = parsed;
  if (typeof value.document !== 'object' || value.document === null || Array.isArray(value.document))
    throw unprocessable('bad_mapping', 'The text of the mapping says no object.', [
      { path: textAt, message: 'expected an object; write { "language": 1, ... }', line: 1, column: 1 },
    ]);
  return {
    document: value.document as Record<string, unknown>,
    at: textAt,
    findPlace: (path, of) => value.findPlace(path, of),
  };
}

/** Throws a 422 with every problem at its place in the request, and of a text with its line and column. */
export function refuseBadMapping(
  given: GivenMapping,
  settings: SourceSettings,
  settingsParent: string,
): void {
  const problems = checkMapping(given.document, settings);
  if (problems.length === 0) return;
  throw unprocessable(
    'bad_mapping',
    'The mapping cannot be used with these settings.',
    problems.map((one) => detailOf(one, given, settingsParent)),
  );
}

/** What compiles and was likely not meant, as the part `warnings` of an answer; empty where nothing is. */
export function warningsOf(given: GivenMapping): { warnings?: ProblemDetail[] } {
  const warnings = listDoubts(given.document).map((one) => detailOf(one, given, 'body'));
  return warnings.length === 0 ? {} : { warnings };
}

function detailOf(problem: MappingProblem, given: GivenMapping, settingsParent: string): ProblemDetail {
  const message = `${problem.problem}; ${problem.remedy}`;
  if (problem.path.startsWith('settings')) return { path: `${settingsParent}.${problem.path}`, message };
  const of = problem.problem.startsWith('this key') ? 'key' : 'value';
  return { path: problem.path.replace(/^\$/, given.at), message, ...given.findPlace?.(problem.path, of) };
}
