import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { posix } from 'node:path';
import ts from 'typescript';

/** What the rules know of one source file. Paths are relative to the project and use forward slashes. */
export interface Source {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Syntax and calls that some rules forbid, with their line. */
  readonly marks: readonly Mark[];
}

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** The project path it leads to, for a relative one. */
  readonly target: string | undefined;
  /** True when nothing is left of it at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export type MarkKind =
  | 'default_export'
  | 'enum'
  | 'namespace'
  | 'any'
  | 'clock_or_chance'
  | 'sql_read'
  | 'sql_write';

export interface Mark {
  readonly kind: MarkKind;
  readonly line: number;
  readonly text: string;
}

const NEVER = new Set(['node_modules', 'dist', 'coverage']);

/** Every TypeScript source below the folders, scanned. Folders that do not exist are passed over. */
export function scanTree(root: string, folders: readonly string[]): Source[] {
  const paths = folders.flatMap((folder) => listFiles(root, folder)).toSorted();
  return paths.map((path) => scanSource(path, readFileSync(join(root, path), 'utf8')));
}

function listFiles(root: string, folder: string): string[] {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return NEVER.has(entry.name) || entry.name.startsWith('.') ? [] : listFiles(root, path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

/** Reads one source text. Only the syntax tree is looked at, so a word in a comment is never mistaken for code. */
export function scanSource(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const imports: Import[] = [];
  const marks: Mark[] = [];
  const lineOf = (node: ts.Node): number => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      imports.push({
        specifier,
        target: targetOf(path, specifier),
        typeOnly: isTypeOnly(node),
        line: lineOf(node),
      });
    }
    const kind = markOf(node);
    if (kind !== undefined) marks.push({ kind, line: lineOf(node), text: excerpt(node.getText(file)) });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0), imports, marks };
}

function specifierOf(node: ts.Node): string | undefined {
  let from: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) from = node.moduleSpecifier;
  else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) from = node.argument.literal;
  else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    from = node.arguments[0];
  return from && ts.isStringLiteralLike(from) ? from.text : undefined;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) return node.importClause?.isTypeOnly ?? false;
  return ts.isExportDeclaration(node) ? node.isTypeOnly : ts.isImportTypeNode(node);
}

function targetOf(path: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined;
}

function markOf(node: ts.Node): MarkKind | undefined {
  if (ts.isExportAssignment(node)) return 'default_export';
  if (
    ts.canHaveModifiers(node) &&
    ts.getModifiers(node)?.some((m) => m.kind === ts.SyntaxKind.DefaultKeyword)
  ) {
    return 'default_export';
  }
  if (ts.isExportSpecifier(node) && node.name.text === 'default') return 'default_export';
  if (ts.isEnumDeclaration(node)) return 'enum';
  if (ts.isModuleDeclaration(node) && !ts.isStringLiteral(node.name)) return 'namespace';
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'any';
  if (isClockOrChance(node)) return 'clock_or_chance';
  return sqlKindOf(node);
}

const CLOCKS_AND_CHANCE = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  'process.hrtime',
  'crypto.randomUUID',
  'crypto.getRandomValues',
  'crypto.randomBytes',
]);
const WAITERS = new Set(['setTimeout', 'setInterval', 'setImmediate', 'fetch']);

function isClockOrChance(node: ts.Node): boolean {
  if (ts.isNewExpression(node))
    return node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0;
  if (ts.isPropertyAccessExpression(node)) return CLOCKS_AND_CHANCE.has(node.getText());
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && WAITERS.has(node.expression.text);
}

/** Queries are written in small letters and begin with their verb; sentences for people do not look like that. */
function sqlKindOf(node: ts.Node): MarkKind | undefined {
  let text: string;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) text = node.text;
  else if (ts.isTemplateExpression(node))
    text = [node.head.text, ...node.templateSpans.map((s) => s.literal.text)].join('?');
  else return undefined;
  const query = text.replace(/^\s*(--[^\n]*\n\s*)*/, '');
  if (
    !/^(select\s[\s\S]*\bfrom\b|select\s+[\w.]+\(|with\s+(recursive\s+)?\w+[\s(]|insert\s+into\s|update\s+\S+\s+(\w+\s+)?set\s|delete\s+from\s)/.test(
      query,
    )
  ) {
    return undefined;
  }
  return /\b(insert\s+into|delete\s+from)\s|\bupdate\s+\S+\s+(\w+\s+)?set\s|\bfor\s+(no\s+key\s+)?(update|share)\b/.test(
    query,
  )
    ? 'sql_write'
    : 'sql_read';
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 70 ? `${line.slice(0, 67)}...` : line;
}
