import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAuditConfig } from '../audit/config.ts';
import { readAddresses } from './addresses.ts';
import { readDatabaseUrl } from '../platform/config/database-url.ts';
import type { Env } from '../platform/config/errors.ts';
import { readPorts } from './ports.ts';
import { readProcessConfig } from '../platform/config/process-config.ts';
import { readCheckoutSettings } from '../workflows/client/settings.ts';
import { readers, readRuntimeConfig } from './config.ts';
import { formerNames } from './former-names.ts';
import { parseRoles } from './roles.ts';
import { readSeedConfig } from './seed-config.ts';

interface Row {
  readonly section: string;
  readonly names: readonly string[];
  /** The default; undefined if the page has a dash. */
  readonly fallback: string | undefined;
}

const page = readFileSync(join(import.meta.dirname, '../docs/settings.md'), 'utf8');

function* rowsOf(text: string): Generator<Row> {
  let section = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('## ')) section = line.slice(3);
    const [, first = '', second = ''] = line.split('|').map((cell) => cell.trim());
    if (!first.startsWith('`')) continue;
    yield { section, names: quoted(first), fallback: quoted(second)[0] };
  }
}

const quoted = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

/** The names of the settings that a reader reads. `given` are settings without which it does not read the others. */
function namesReadBy({ read, given = {} }: Reading): readonly string[] {
  const names = new Set<string>();
  const note = (name: string | symbol) => {
    if (typeof name === 'string' && /^[A-Z<][A-Z0-9_<>]+$/.test(name)) names.add(name);
  };
  const get = (target: Env, name: string | symbol) => {
    note(name);
    return typeof name === 'string' ? target[name] : undefined;
  };
  read(new Proxy(given, { get }));
  return [...names];
}

interface Reading {
  readonly read: (env: Env) => unknown;
  readonly given?: Env;
}

const everyRow = [...rowsOf(page)];
const isFormer = ({ section }: Row) => section === 'Former names';
const rows = everyRow.filter((row) => !isFormer(row));
const roles = parseRoles(['all']);
const auditUrl = { AUDIT_DATABASE_URL: 'postgres://auditor@db/books' };

/** Many readers read these settings. The page lists them only once, in its first table. */
const mode = new Set(['APP_ENV', 'NODE_ENV']);

const sections: Readonly<Record<string, readonly Reading[]>> = {
  ...Object.fromEntries(Object.entries(readers).map(([role, read]) => [role, [{ read }]])),
  'Every process': [{ read: readProcessConfig }, { read: (env) => readPorts(env, roles) }],
  'Addresses of the others': [{ read: (env) => readAddresses(env, new Set()) }],
  Databases: [{ read: (env) => readDatabaseUrl(env, '<service>'), given: { PG_HOST: 'db' } }],
  Checkouts: [{ read: readCheckoutSettings }],
  worker: [{ read: readers.worker }, { read: readAuditConfig, given: auditUrl }],
  Seed: [{ read: readSeedConfig }],
};

test.each(Object.entries(sections))('%s: the page lists exactly the settings that are read', (section, reads) => {
  const written = rows.filter((row) => row.section === section).flatMap((row) => row.names);
  const read = reads
    .flatMap(namesReadBy)
    .map((name) => name.replace(/^AUDIT_[A-Z]+_DATABASE/, 'AUDIT_<SERVICE>_DATABASE'));
  const named = [...new Set(read)].filter((name) => section === 'Every process' || !mode.has(name));
  expect(written.toSorted()).toEqual(named.toSorted());
});

test('the page lists exactly the former names that are still read', () => {
  const written = everyRow.filter(isFormer).map(({ names, fallback }) => [names[0] ?? '', fallback] as const);
  expect(Object.fromEntries(written)).toEqual(formerNames);
});

test('a former name belongs to an existing setting, and is not the name of a setting itself', () => {
  const known = new Set(rows.flatMap(({ names }) => names));
  for (const [former, current] of Object.entries(formerNames)) {
    expect([known.has(former), known.has(current)], former).toEqual([false, true]);
  }
});

const stated = rows.flatMap(({ names, fallback }) => names.map((name) => ({ name, fallback })));

test.each(stated.filter(({ fallback }) => fallback !== undefined))(
  '$name is $fallback by default',
  ({ name, fallback }) => {
    const others = name.startsWith('PG_') && name !== 'PG_POOL_SIZE' ? { PG_HOST: 'db' } : {};
    const without = readRuntimeConfig(others, roles);
    expect(readRuntimeConfig({ ...others, [name]: fallback }, roles)).toEqual(without);
  },
);
