/**
 * `npm run generate`: copies the imported protos to proto/deps (ignored by git), formats and lints the contract, and
 * generates TypeScript and the OpenAPI document in proto/gen. With `--check` it changes nothing, and it fails if anything
 * would change.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { readComments } from './comments.ts';

const root = join(import.meta.dirname, '..');
const deps = join(root, 'proto/deps');
const gen = join(root, 'proto/gen');
/** In proto/gen. */
const document = 'openapi.json';
const shop = 'front/shop.js';
const reference = 'front/reference.js';
const protovalidate = '1.3.0';
const cache = join(
  process.env.ECOMMERCE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ecommerce-dev'),
  `protovalidate-${protovalidate}`,
);

const fromPackages: Record<string, string> = {
  'google/api/annotations.proto': 'google-proto-files/google/api/annotations.proto',
  'google/api/http.proto': 'google-proto-files/google/api/http.proto',
  'google/rpc/error_details.proto': 'google-proto-files/google/rpc/error_details.proto',
  'google/rpc/status.proto': 'google-proto-files/google/rpc/status.proto',
  'grpc/health/v1/health.proto': 'grpc-health-check/proto/health/v1/health.proto',
  'grpc/reflection/v1/reflection.proto': '@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto',
  'grpc/reflection/v1alpha/reflection.proto': '@grpc/reflection/build/proto/grpc/reflection/v1alpha/reflection.proto',
};

function run(command: string, args: string[], cwd = root): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Gets validate.proto from its Maven artifact, or with `buf export` on machines without Maven. */
function fetchProtovalidate(): void {
  if (existsSync(join(cache, 'buf/validate/validate.proto'))) return;
  mkdirSync(cache, { recursive: true });
  try {
    const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack';
    const artifact = `-Dartifact=build.buf:protovalidate:${protovalidate}`;
    const includes = '-Dmdep.unpack.includes=buf/validate/validate.proto';
    // Runs in the cache folder, because the plugin leaves a marker file in its working directory.
    run('mvn', ['-q', '-B', plugin, artifact, includes, `-DoutputDirectory=${cache}`], cache);
  } catch {
    run('buf', ['export', `buf.build/bufbuild/protovalidate:v${protovalidate}`, '-o', cache]);
  }
}

function collectDeps(): void {
  fetchProtovalidate();
  rmSync(deps, { recursive: true, force: true });
  cpSync(join(cache, 'buf/validate/validate.proto'), join(deps, 'buf/validate/validate.proto'));
  for (const [file, source] of Object.entries(fromPackages)) {
    const target = join(deps, file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, 'node_modules', source), target);
  }
}

function snapshot(folder: string): Map<string, string> {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  return new Map(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  );
}

function differences(left: Map<string, string>, right: Map<string, string>): string[] {
  return [...new Set([...left.keys(), ...right.keys()])].filter((path) => left.get(path) !== right.get(path));
}

/** Generates TypeScript and the map of comments into `<target>/proto/gen`. */
function generateInto(target: string): void {
  run('buf', ['generate', '-o', target]);
  writeFileSync(join(target, 'proto/gen/comments.json'), readComments(root));
}

/** What a program prints. It is a new process, because this one may have loaded older code of proto/gen. */
function printedBy(program: string, ...args: string[]): string {
  return execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/**
 * What is built from the rest of proto/gen, in this order. The script of the front page contains the generated code of the
 * services that it calls.
 */
const built: Readonly<Record<string, () => string>> = {
  [document]: () => printedBy('proto/openapi/main.ts'),
  [shop]: () => printedBy('deploy/front/bundle.ts', 'shop'),
  [reference]: () => printedBy('deploy/front/bundle.ts', 'reference'),
};

function staleFiles(): string[] {
  const fresh = mkdtempSync(join(tmpdir(), 'ecommerce-generate-'));
  generateInto(fresh);
  const wanted = snapshot(join(fresh, 'proto/gen'));
  rmSync(fresh, { recursive: true });
  const committed = snapshot(gen);
  const former = new Map(Object.keys(built).map((path) => [path, committed.get(path)]));
  for (const path of former.keys()) committed.delete(path);
  const stale = differences(wanted, committed);
  // These are built from proto/gen, so they are compared only if the rest of proto/gen is not stale.
  if (stale.length > 0) return stale;
  return Object.entries(built).flatMap(([path, build]) => (former.get(path) === build() ? [] : [path]));
}

collectDeps();
const check = process.argv.includes('--check');
run('buf', ['format', '--path', 'proto/ecommerce', ...(check ? ['--diff', '--exit-code'] : ['-w'])]);
run('buf', ['lint', '--path', 'proto/ecommerce']);
if (check) {
  const stale = staleFiles();
  if (stale.length > 0) {
    console.error(`proto/gen is stale; run \`npm run generate\`:\n${stale.map((path) => `  ${path}`).join('\n')}`);
    process.exit(1);
  }
} else {
  generateInto(root);
  for (const [path, build] of Object.entries(built)) {
    mkdirSync(dirname(join(gen, path)), { recursive: true });
    writeFileSync(join(gen, path), build());
  }
}
