/**
 * Tests .dependency-cruiser.mjs: small files in a temporary folder break each rule once, and that rule must report it.
 * The files of this repository are not read.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readImportGraph, type ImportGraph } from './import-graph.ts';

/** A file and what it imports, which is another file or a package. `type` marks a type-only import. */
type Import = readonly [from: string, to: string, kind?: 'type'];

const broken: Readonly<Record<string, readonly Import[]>> = {
  'floors-proto': [['proto/low.ts', 'platform/high.ts', 'type']],
  'floors-drizzle': [['drizzle/low.ts', 'proto/beside.ts']],
  'floors-platform': [['platform/low.ts', 'services/cart/high.ts', 'type']],
  'floors-docs': [['docs/low.ts', 'platform/beside.ts']],
  'floors-services': [['services/cart/low.ts', 'workflows/contract/beside.ts', 'type']],
  'floors-workflows': [['workflows/low.ts', 'services/cart/beside.ts', 'type']],
  'floors-activities': [['activities/low.ts', 'audit/high.ts']],
  'floors-audit': [['audit/low.ts', 'runtime/high.ts', 'type']],
  'floors-runtime': [['runtime/low.ts', 'cli/high.ts']],
  'floors-cli': [['cli/low.ts', 'deploy/beside.ts']],
  'floors-deploy': [['deploy/low.test.ts', 'testkit/high.ts', 'type']],
  'floors-testkit': [['testkit/low.ts', 'bench/high.ts']],
  'floors-tests': [['tests/low.ts', 'bench/beside.ts']],
  'floors-bench': [['bench/low.ts', 'demo/beside.ts']],
  'floors-demo': [['demo/low.ts', 'tests/beside.ts']],
  'folder-without-floor': [['newcomer/file.ts', 'proto/money.ts']],
  'platform-room-without-level': [['platform/newcomer/file.ts', 'proto/money.ts']],

  'platform-errors': [['platform/errors/low.ts', 'platform/telemetry/beside.ts']],
  'platform-telemetry': [['platform/telemetry/low.ts', 'platform/config/high.ts', 'type']],
  'platform-failure-log': [['platform/failure-log.ts', 'platform/loop.ts']],
  'platform-loop': [['platform/loop.ts', 'platform/events/high.ts']],
  'platform-gate': [['platform/gate.ts', 'platform/rpc/overload/high.ts']],
  'platform-auth': [['platform/auth/low.ts', 'platform/config/high.ts']],
  'platform-config': [['platform/config/low.ts', 'platform/data/high.ts']],
  'platform-data': [['platform/data/db/low.ts', 'platform/rpc/overload/high.ts']],
  'platform-events': [['platform/events/low.ts', 'platform/service.ts', 'type']],
  'platform-service': [['platform/service.ts', 'platform/rpc/server/high.ts', 'type']],
  'platform-rpc': [['platform/rpc/low.ts', 'platform/temporal/beside.ts']],
  'platform-temporal': [['platform/temporal/low.ts', 'platform/rpc/server/beside.ts']],

  'service-to-service': [['services/cart/domain/stock.ts', 'services/products/domain/stock.ts', 'type']],
  'service-domain-rooms': [['services/cart/domain/tables.ts', 'services/cart/schema.ts', 'type']],
  'service-domain-types-only': [['services/cart/domain/rows.ts', 'services/cart/repository/index.ts']],
  'service-domain-packages': [
    ['services/cart/domain/rpc.ts', '@connectrpc/connect', 'type'],
    ['services/cart/domain/rpc.ts', 'hono'],
    ['services/cart/domain/rpc.ts', '@hono/node-server'],
    ['services/cart/domain/sql.ts', 'drizzle-orm'],
    ['services/cart/domain/sql.ts', 'pg', 'type'],
    ['services/cart/domain/sql.ts', 'postgres'],
    ['services/cart/domain/redis.ts', 'ioredis', 'type'],
    ['services/cart/domain/kafka.ts', 'kafkajs'],
    ['services/cart/domain/saga.ts', '@temporalio/client'],
  ],
  'service-repository-rooms': [['services/cart/repository/handler.ts', 'services/cart/handlers/cart-service.ts']],
  'service-repository-types-only': [['services/cart/repository/decides.ts', 'services/cart/domain/add-item.ts']],
  'service-repository-packages': [['services/cart/repository/rpc.ts', 'hono']],
  'service-handlers-rooms': [['services/cart/handlers/redis.ts', 'services/cart/adapters/redis-cache.ts']],
  'service-handlers-types-only': [['services/cart/handlers/sql.ts', 'services/cart/repository/carts.ts']],
  'service-handlers-packages': [['services/cart/handlers/drizzle.ts', 'drizzle-orm']],
  'service-convert-rooms': [['services/cart/convert/row.ts', 'services/cart/repository/index.ts', 'type']],
  'service-convert-packages': [['services/cart/convert/drizzle.ts', 'drizzle-orm', 'type']],
  'service-adapters-rooms': [['services/cart/adapters/routes.ts', 'services/cart/routes.ts']],

  'activities-contract': [['activities/pay.ts', 'workflows/checkout.ts', 'type']],
  'docs-clients': [['docs/clients/insider.ts', 'proto/money.ts']],
  'tests-stay-out': [['platform/helped.ts', 'platform/testing/database.ts', 'type']],
  'no-dev-dependency': [['runtime/spec.ts', 'vitest']],
  declared: [['cli/lucky.ts', 'undeclared']],
};

/** The rule may report a circle at either of its files. */
const circle: readonly Import[] = [
  ['cli/one.ts', 'cli/other.ts'],
  ['cli/other.ts', 'cli/one.ts', 'type'],
];

/** The rule reports index.ts, because the sandbox loads that file. */
const intoTheSandbox: readonly Import[] = [
  ['workflows/index.ts', 'workflows/calls.ts'],
  ['workflows/calls.ts', 'platform/errors/app-error.ts', 'type'],
];

const allowed: readonly Import[] = [
  ['tests/e2e/fine.ts', 'testkit/fine.ts'],
  ['tests/e2e/fine.ts', 'vitest'],
  ['testkit/fine.ts', 'deploy/dev/fine.ts'],
  ['runtime/fine.ts', 'services/cart/app.ts'],
  ['runtime/fine.ts', '@temporalio/worker'],
  ['audit/fine.ts', 'services/cart/invariants.ts'],
  ['activities/fine.ts', 'workflows/contract/checkout.ts', 'type'],
  ['services/cart/app.ts', 'services/cart/repository/fine.ts'],
  ['services/cart/handlers/fine.ts', 'services/cart/domain/fine.ts'],
  ['services/cart/handlers/fine.ts', '@connectrpc/connect'],
  ['services/cart/domain/fine.ts', 'services/cart/repository/fine.ts', 'type'],
  ['services/cart/domain/fine.test.ts', 'services/cart/testing/suite.ts'],
  ['services/cart/repository/fine.ts', 'services/cart/domain/errors.ts'],
  ['services/cart/repository/fine.ts', 'services/cart/domain/types.ts', 'type'],
  ['services/cart/repository/fine.ts', 'drizzle-orm'],
  ['services/cart/testing/suite.ts', 'platform/testing/database.ts'],
  ['platform/rpc/server/fine.ts', 'platform/errors/fine.ts'],
  ['platform/data/fine.test.ts', 'platform/testing/database.ts'],
  ['workflows/steps.ts', 'proto/money.ts'],
  ['workflows/steps.ts', '@temporalio/workflow'],
  ['docs/clients/fine.ts', 'proto/gen/cart_pb.ts', 'type'],
];

const planted = [...Object.values(broken).flat(), ...circle, ...intoTheSandbox, ...allowed];
const devDependency = 'vitest';
const undeclared = 'undeclared';
const isFile = (name: string) => name.endsWith('.ts');

let folder: string;
let graph: ImportGraph;

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function statement([from, to, kind]: Import): string {
  const path = relative(dirname(from), to);
  const specifier = isFile(to) && !path.startsWith('.') ? `./${path}` : isFile(to) ? path : to;
  return kind === 'type' ? `import type { T } from '${specifier}';` : `import { x } from '${specifier}';`;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imports-'));
  const named = new Set(planted.flatMap(([from, to]) => [from, to]));
  for (const file of [...named].filter(isFile)) {
    const own = planted.filter(([from]) => from === file).map(statement);
    write(file, [...own, 'export const x = 1;', 'export type T = 1;', ''].join('\n'));
  }
  const packages = [...named].filter((name) => !isFile(name));
  for (const name of packages) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, 'exports.x = 1;\n');
  }
  const versions = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, '1.0.0']));
  const dependencies = packages.filter((name) => name !== devDependency && name !== undeclared);
  const manifest = { dependencies: versions(dependencies), devDependencies: versions([devDependency]) };
  write('package.json', JSON.stringify(manifest));
  graph = readImportGraph(folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The reported violations as `rule: from → to`. A package is given by its name. */
function told(): string[] {
  return graph.summary.violations.map(({ rule, from, to }) => {
    const target = /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(to)?.[1] ?? to;
    return `${rule.name}: ${from} → ${target}`;
  });
}
const toldBy = (rule: string) => told().filter((line) => line.startsWith(`${rule}: `));

test.each(Object.entries(broken))('%s', (rule, imports) => {
  expect(toldBy(rule)).toEqual(expect.arrayContaining(imports.map(([from, to]) => `${rule}: ${from} → ${to}`)));
});

test('no-circle: imports of types count', () => {
  const ends = circle.map(([from, to]) => `no-circle: ${from} → ${to}`);
  expect(ends).toEqual(expect.arrayContaining(toldBy('no-circle')));
  expect(toldBy('no-circle')).not.toEqual([]);
});

test('workflow-sandbox: imports through other files and imports of types count', () => {
  expect(toldBy('workflow-sandbox')).toEqual(['workflow-sandbox: workflows/index.ts → platform/errors/app-error.ts']);
});

test('these tests break every rule', () => {
  const rules = graph.summary.ruleSetUsed.forbidden.map(({ name }) => name);
  expect([...Object.keys(broken), 'no-circle', 'workflow-sandbox'].sort()).toEqual(rules.sort());
});

test('allowed imports break no rule', () => {
  const fine = allowed.map(([from, to]) => `: ${from} → ${to}`);
  expect(told().filter((line) => fine.some((pair) => line.endsWith(pair)))).toEqual([]);
});

test('only a composition root reads the environment', () => {
  const roots = ['runtime', 'cli', 'deploy', 'tests', 'bench'];
  const others = ['proto', 'platform', 'services', 'workflows', 'activities', 'audit'];
  copyFileSync(join(import.meta.dirname, '../../.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  const files = [...roots, ...others].map((name) => `${name}/environment.ts`);
  for (const file of files) write(file, "export const home = process.env['HOME'];\n");
  const oxlint = join(import.meta.dirname, '../../node_modules/oxlint/bin/oxlint');
  const { stdout } = spawnSync(process.execPath, [oxlint, '--format=unix', ...files], {
    cwd: folder,
    encoding: 'utf8',
  });
  const refused = stdout.split('\n').filter((line) => line.includes('no-process-env'));
  expect(refused.map((line) => line.slice(0, line.indexOf('/'))).sort()).toEqual(others.sort());
});
