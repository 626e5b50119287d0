import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { Mutant } from './mutate-source.ts';
import { ROOT } from './scope.ts';

const KEPT = join(ROOT, 'node_modules', '.cache', 'mutation');

/** What is the same for all sources of a run: parsed once, not for each. */
const parsedBefore = new Map<string, ts.SourceFile | undefined>();
let sourcesHash: string | undefined;

/** The mutants of a source that the compiler refuses: nobody could ever run them. Kept until any source of the server changes. */
export function listRefused(path: string, content: string, mutants: readonly Mutant[]): Set<string> {
  sourcesHash ??= hashSources();
  const kept = join(KEPT, `${createHash('sha256').update(`${sourcesHash} ${path}`).digest('hex')}.json`);
  // Numbers of mutants depend on what was read together with this source, places in its text do not.
  const nameOf = ({ start, end, replacement }: Mutant): string => JSON.stringify([start, end, replacement]);
  if (existsSync(kept)) {
    const names = new Set(JSON.parse(readFileSync(kept, 'utf8')) as string[]);
    return new Set(mutants.filter((mutant) => names.has(nameOf(mutant))).map(({ id }) => id));
  }
  const refused = compile(path, content, mutants);
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(kept, JSON.stringify(mutants.filter(({ id }) => refused.has(id)).map(nameOf)));
  return refused;
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const path of globSync(['server/src/**/*.ts', 'contract/src/**/*.ts'], { cwd: ROOT }).toSorted())
    if (!path.endsWith('.test.ts')) hash.update(path).update(readFileSync(join(ROOT, path)));
  return hash.digest('hex');
}

/** All are checked in one program, each as a copy of the file beside the file itself, with the project's own settings. */
function compile(path: string, content: string, mutants: readonly Mutant[]): Set<string> {
  const file = join(ROOT, path);
  const copies = new Map(
    mutants.map((mutant) => {
      const text = content.slice(0, mutant.start) + mutant.replacement + content.slice(mutant.end);
      return [file.replace(/\.ts$/, `.mutant-${mutant.id}.ts`), { id: mutant.id, text }] as const;
    }),
  );
  const options = readOptions();
  const host = ts.createCompilerHost(options);
  const disk = { readFile: host.readFile.bind(host), fileExists: host.fileExists.bind(host) };
  host.readFile = (name) => copies.get(name)?.text ?? disk.readFile(name);
  host.fileExists = (name) => copies.has(name) || disk.fileExists(name);
  const parsed = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version, ...more) => {
    const copy = copies.get(name);
    if (copy !== undefined) return ts.createSourceFile(name, copy.text, version);
    if (!parsedBefore.has(name)) parsedBefore.set(name, parsed(name, version, ...more));
    return parsedBefore.get(name);
  };
  const program = ts.createProgram([...copies.keys()], options, host);
  const refused = new Set<string>();
  for (const [name, { id }] of copies) {
    const source = program.getSourceFile(name);
    const faults = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    if (faults.length > 0) refused.add(id);
  }
  return refused;
}

function readOptions(): ts.CompilerOptions {
  const settings = join(ROOT, 'tsconfig.json');
  const { config } = ts.readConfigFile(settings, (name) => ts.sys.readFile(name)) as { config: object };
  // Only the mutants are asked for, not the whole project.
  return ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, dirname(settings))
    .options;
}
