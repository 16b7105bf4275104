/**
 * Checks that all services have the same shape (docs/contributing.md), so that who knows one finds everything in the
 * next.
 */
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rowOf, rpcRoles, type RpcRole } from './registry.ts';

const root = join(import.meta.dirname, '..');

const files = ['app.ts', 'config.ts', 'metrics.ts', 'routes.ts'];
const folders = ['convert', 'domain', 'handlers', 'testing'];
/** Files and folders that a service has only if it needs them. */
const optional = new Set(['.env', 'adapters', 'ports.ts', 'seed']);
/** Settings without the prefix of a service: several services share them, or users already depend on the names. */
const shared = /^(?:ADMIN_(?:EMAIL|PASSWORD)|JWT_(?:SECRET|ISSUER)|JWKS_CACHE_SECONDS|TEMPORAL_TASK_QUEUE)$/;

const capital = (text: string) => `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
const kebab = (text: string) => text.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
const camel = (text: string) => text.replace(/-(?<letter>\w)/g, (_, letter: string) => letter.toUpperCase());
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const within = (folder: string, pattern: string) =>
  globSync(pattern, { cwd: join(root, folder) }).map((file) => `${folder}/${file}`);
const production = (folder: string) =>
  within(folder, '**/*.ts').filter((file) => !file.endsWith('.test.ts') && !file.includes('/testing/'));

/** The names that a module exports, without types. */
async function exportsOf(file: string): Promise<string[]> {
  return Object.keys((await import(join(root, file))) as object);
}

/** The verbs in a file: exported functions whose first parameter is `deps`, with the names of their parameters. */
function verbsIn(file: string): { name: string; parameters: readonly string[] }[] {
  const declared = read(file).matchAll(/^export (?:async )?function\*? ?(?<name>\w+)[^(]*\((?<list>[\s\S]*?)\)\s*:/gm);
  return [...declared].flatMap(({ groups: { name = '', list = '' } = {} }) => {
    const parameters = list.replaceAll(/\{[^}]*\}(?=\s*:)/g, 'input').split(/,(?![^<{(]*[>})])/);
    const names = parameters.map((parameter) => parameter.split(':')[0]?.trim() ?? '').filter((each) => each !== '');
    return names[0] === 'deps' ? [{ name, parameters: names }] : [];
  });
}

describe.each(rpcRoles.map((role) => [role, rowOf(role)] as const))('%s', (role: RpcRole, row) => {
  const { folder } = row;
  const Name = capital(role);
  const internal = row.hosts.internal.length > 0;
  const stored = row.schema === undefined ? [] : ['repository', 'schema.ts'];
  const audited = row.books === undefined ? [] : ['invariants.ts'];

  test('has the rooms that every service has, and no other', () => {
    const expected = [...files, ...folders, ...stored, ...audited];
    const there = readdirSync(join(root, folder)).filter((name) => !name.endsWith('.test.ts'));
    expect(there).toEqual(expect.arrayContaining(expected));
    expect(there.filter((name) => !expected.includes(name) && !optional.has(name))).toEqual([]);
    expect(there.includes('ports.ts'), 'ports.ts and adapters/ belong together').toBe(there.includes('adapters'));
    for (const file of ['deps.ts', 'errors.ts', 'types.ts']) {
      expect(within(folder, 'domain/*.ts'), file).toContain(`${folder}/domain/${file}`);
    }
  });

  test('names its parts as every service does', async () => {
    expect(await exportsOf(`${folder}/app.ts`)).toContain(`build${Name}`);
    expect(await exportsOf(`${folder}/config.ts`)).toContain(`read${Name}Config`);
    expect(await exportsOf(`${folder}/metrics.ts`)).toEqual([`create${Name}Metrics`]);
    const needed = ['publicRoutes', ...(internal ? ['internalRoutes'] : [])];
    const routes = new Set([...needed, 'httpRoutes', 'sharedReads']);
    const given = await exportsOf(`${folder}/routes.ts`);
    expect(given.filter((name) => !routes.has(name))).toEqual([]);
    expect(given).toEqual(expect.arrayContaining(needed));
    const repository = stored.length > 0 ? await exportsOf(`${folder}/repository/index.ts`) : [];
    expect(repository.includes(`create${Name}Repository`)).toBe(stored.length > 0);
    const invariants = audited.length > 0 ? await exportsOf(`${folder}/invariants.ts`) : [];
    expect(invariants).toEqual(audited.length > 0 ? [`${role}Invariants`] : []);
    expect(read(`${folder}/testing/suite.ts`)).toContain(`function create${Name}Suite(`);
    expect(read(`${folder}/domain/deps.ts`)).toContain(`interface ${Name}Deps`);
  });

  test('has one file of handlers for each proto service, named after it', async () => {
    const hosted = [...row.hosts.public, ...row.hosts.internal].map(({ name }) => kebab(name));
    const handlers = production(`${folder}/handlers`).map((file) => basename(file, '.ts'));
    expect(handlers.toSorted()).toEqual(hosted.toSorted());
    for (const name of hosted) {
      expect(await exportsOf(`${folder}/handlers/${name}.ts`)).toEqual([`${camel(name)}Handlers`]);
    }
  });

  test('gives each verb its deps and one input', () => {
    const verbs = production(`${folder}/domain`).flatMap(verbsIn);
    expect(verbs.length).toBeGreaterThan(2);
    for (const { name, parameters } of verbs)
      expect(parameters.length, `${name}(${parameters.join()})`).toBeLessThan(3);
  });

  test('keeps each verb in a file that is named after it', () => {
    for (const file of production(`${folder}/domain`)) {
      const verbs = verbsIn(file).map(({ name }) => name.toLowerCase());
      if (verbs.length === 0) continue;
      // Six letters, because a verb may end differently from its file: expire.ts has expireOverdueHolds.
      const stem = basename(file, '.ts').replaceAll('-', '').slice(0, 6);
      expect(
        verbs.some((name) => name.includes(stem)),
        `${file}: ${verbs.join()}`,
      ).toBe(true);
    }
  });

  test('prefixes its own settings', () => {
    const named = read(`${folder}/config.ts`).matchAll(/^ {2}(?<name>[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+):/gm);
    const former = /FormerNames[^=]*= \{(?<table>[^}]*)\}/.exec(read(`${folder}/config.ts`))?.groups?.['table'] ?? '';
    for (const { groups: { name = '' } = {} } of named) {
      if (former.includes(`  ${name}:`)) continue;
      expect(name.startsWith(`${role.toUpperCase()}_`) || shared.test(name), name).toBe(true);
    }
  });

  test('keeps tests next to the code that they test, and helpers of tests in testing/', () => {
    const helpers = production(folder).filter((file) => /(?:^|\/)(?:test|fake|fixture|mock)[-.]/.test(file));
    expect(helpers).toEqual([]);
    for (const file of within(folder, '**/*.test.ts')) {
      const beside = `${dirname(file)}/${basename(file).split('.')[0]}.ts`;
      expect(within(folder, '**/*.ts'), `${file} tests nothing that stands beside it`).toContain(beside);
    }
  });
});

const everything = globSync(
  '{activities,audit,bench,cli,demo,deploy,platform,proto,runtime,services,testkit,tests,workflows}/**/*.ts',
  {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name === 'gen',
  },
).filter((file) => !file.startsWith('proto/gen'));

test('constants are in camelCase', () => {
  const shouting = everything.filter((file) => /^(?:export )?const [A-Z][A-Z0-9_]+\b/m.test(read(file)));
  expect(shouting).toEqual([]);
});

test('only one type is called Money', () => {
  // The end-to-end drivers share no code with the platform on purpose, so that they can judge it.
  const declared = everything.filter((file) => /^(?:export )?(?:interface|type) Money\b/m.test(read(file)));
  expect(declared.filter((file) => !file.startsWith('tests/e2e/'))).toEqual(['proto/money.ts']);
});
