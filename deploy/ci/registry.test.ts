/** Compares what scripts and pages say about the roles with runtime/registry.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { owners, roles, rowOf, schemaOf } from '../../runtime/registry.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);
const schemas = owners.map(schemaOf);
const audited = roles.flatMap((role) => rowOf(role).books ?? []);

test('Postgres has a role for each schema, and the auditor may read the audited schemas', () => {
  const file = 'deploy/postgres/init.sh';
  const lines = found(read(file), /^ROLE_PASSWORD=\$(\w+ make_service \w+)$/gm);
  expect(lines.sort(), `${file}: make_service`).toEqual(
    schemas.map((schema) => `${schema.toUpperCase()}_PASSWORD make_service ${schema}`).sort(),
  );
  const [readable = ''] = found(read(file), /^for schema in (.+); do audit_service/gm);
  expect(readable.split(' ').sort(), `${file}: audit_service`).toEqual([...audited].sort());
});

test('deploy/postgres/auditor.sql gives the auditor the same rights', () => {
  const file = 'deploy/postgres/auditor.sql';
  const [list = ''] = found(read(file), /FOREACH schema_name IN ARRAY array\[(.+)\]/g);
  expect(found(list, /'(\w+)'/g).sort(), file).toEqual([...audited].sort());
});

test('a backup contains the database of each service', () => {
  const file = 'deploy/backup/tools.sh';
  const saved = found(read(file), /\b(\w+:\w+_DATABASE_URL)\b/g).filter((entry) => !entry.startsWith('temporal'));
  expect(saved.sort(), `${file}: databases`).toEqual(
    owners.map((owner) => `${owner}:${owner.toUpperCase()}_DATABASE_URL`).sort(),
  );
});

test('README.md names every role', () => {
  const page = read('README.md');
  for (const role of roles) expect(page, 'README.md').toMatch(new RegExp(`\\b${role}\\b`));
});
