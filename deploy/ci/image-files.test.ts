/** Compares the files that the image contains (Dockerfile, .dockerignore) with the files that its programs import. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readImportGraph } from './import-graph.ts';

const root = join(import.meta.dirname, '../..');

/** The programs that run in a container: started by the Dockerfile, by Compose, by Kubernetes, or by an operator. */
const programs = [
  'runtime/main.ts',
  'runtime/processes/child.ts',
  'runtime/migrate.ts',
  'cli/main.ts',
  'deploy/docker/bundle-workflows.ts',
  'deploy/docker/healthcheck.ts',
  'deploy/docker/service-keys.ts',
  // Read by Temporal's bundler.
  'workflows/index.ts',
];

/** Files that the programs read: the list of packages, the migrations, and everything generated from the contract. */
const data = [
  ...['package.json', 'package-lock.json', 'drizzle/*/*.sql', 'drizzle/*/meta/_journal.json', 'proto/gen/**'],
  // The bundler of the workflows gets it by its path.
  'workflows/interceptors.ts',
];

interface Pattern {
  readonly glob: string;
  readonly keeps: boolean;
}

/** Reads .dockerignore as Docker does: the last line that matches a file, or a folder above it, decides. */
function readIgnoreFile(text: string): readonly Pattern[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ glob: line.replace(/^!/, '').replace(/\/$/, ''), keeps: line.startsWith('!') }));
}

function matches(path: string, glob: string): boolean {
  const parts = path.split('/');
  return parts.some((_, at) => matchesGlob(parts.slice(0, at + 1).join('/'), glob));
}

function isInContext(path: string, patterns: readonly Pattern[]): boolean {
  return patterns.findLast(({ glob }) => matches(path, glob))?.keeps ?? true;
}

/** The sources of the COPY lines that copy from this checkout, not from another stage. */
function copied(dockerfile: string): string[] {
  const lines = dockerfile.replaceAll('\\\n', ' ').split('\n');
  return lines
    .filter((line) => /^COPY\s/.test(line) && !line.includes('--from='))
    .flatMap((line) => line.split(/\s+/).slice(1, -1));
}

/** All files below a path, including files that git does not know: Docker copies those, too. */
function filesIn(path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  const entries = readdirSync(join(root, path), { recursive: true, withFileTypes: true });
  const folder = root.length + 1;
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder));
}

let inImage: ReadonlySet<string>;
let imported: ReadonlySet<string>;
beforeAll(() => {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const sources = copied(read('deploy/docker/Dockerfile'));
  const patterns = readIgnoreFile(read('.dockerignore'));
  // A source is a folder, a file, or a pattern like `folder/*.ts`.
  const present = sources.flatMap((source) =>
    source.includes('*')
      ? filesIn(source.slice(0, source.lastIndexOf('/'))).filter((path) => matchesGlob(path, source))
      : filesIn(source),
  );
  inImage = new Set(present.filter((path) => isInContext(path, patterns)));

  const { modules } = readImportGraph(root);
  const importsOf = new Map(modules.map(({ source, dependencies }) => [source, dependencies]));
  const reached = new Set(programs);
  for (const path of reached) {
    for (const { resolved } of importsOf.get(path) ?? []) if (isOurs(resolved)) reached.add(resolved);
  }
  imported = reached;
}, 60_000);

/** Whether an imported file belongs to this repository, not to a package or to Node. */
const isOurs = (path: string) => /\.[cm]?[jt]s$/.test(path) && !path.includes('node_modules/');

test('the image contains no test and no helper of tests', () => {
  const ofTests = /\.test\.ts$|(^|\/)(testing|testkit|tests)\/|(^|\/)test(ing)?[-.]/;
  expect([...inImage].filter((path) => ofTests.test(path))).toEqual([]);
});

test('every file of the image is imported or read by one of its programs', () => {
  const idle = [...inImage].filter((path) => !imported.has(path) && !data.some((glob) => matchesGlob(path, glob)));
  expect(idle).toEqual([]);
});

test('the image contains every file that its programs import, and data of each kind', () => {
  expect([...imported].filter((path) => !inImage.has(path))).toEqual([]);
  expect(data.filter((glob) => ![...inImage].some((path) => matchesGlob(path, glob)))).toEqual([]);
});

test('.dockerignore is read as Docker reads it', () => {
  const patterns = readIgnoreFile('# comment\n*\n!src\n!a/*.ts\n**/testing/\n**/.env.*\nsrc/keep\n!src/keep/this.ts\n');
  const paths = [
    'other',
    'src/a.ts',
    'src/b/c.ts',
    'a/x.ts',
    'a/b/x.ts',
    'src/testing/x.ts',
    'src/b/testing/x.ts',
    'src/b/.env.local',
    'src/keep/that.ts',
    'src/keep/this.ts',
  ];
  const kept = ['src/a.ts', 'src/b/c.ts', 'a/x.ts', 'src/keep/this.ts'];
  expect(paths.filter((path) => isInContext(path, patterns))).toEqual(kept);
});
