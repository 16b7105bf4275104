/** The scripts of deploy/temporal wait for a server that is late, and tell what they wait for. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { searchAttributeTypes } from '../../workflows/contract/checkout.ts';

const scripts = join(import.meta.dirname, '../temporal');
let bin: string;
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'temporal-scripts-'));
  program('sleep', 'exit 0');
});
afterEach(() => {
  rmSync(bin, { recursive: true, force: true });
});

function program(name: string, body: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

/** A program that writes its arguments to `calls`, and fails with `error` in its first `failures` runs. */
function lateProgram(name: string, failures: number, error: string): void {
  program(
    name,
    `echo "$*" >>"${bin}/calls"
[ "$(wc -l <"${bin}/calls")" -gt ${failures} ] && exit 0
echo "${error}" >&2
exit 1`,
  );
}
const calls = () => readFileSync(join(bin, 'calls'), 'utf8').trim().split('\n');

function run(script: string, env: Readonly<Record<string, string>>) {
  const { status, stderr } = spawnSync('sh', [join(scripts, script)], {
    env: { PATH: `${bin}:${process.env['PATH']}`, ...env },
    encoding: 'utf8',
  });
  return { status, stderr };
}

describe('schema.sh', () => {
  const postgres = { SQL_HOST: 'postgres.datastore', SQL_PORT: '5432', SQL_USER: 'temporal', SQL_PASSWORD: 'secret' };

  test('waits until Postgres answers, and then migrates both databases', () => {
    // An attempt without Postgres fails twice: at the update and at the setup.
    lateProgram('temporal-sql-tool', 4, 'connection refused');
    const { status, stderr } = run('schema.sh', postgres);
    expect(status, stderr).toBe(0);
    expect(stderr.match(/Waiting for the database temporal of Postgres at postgres\.datastore:5432/g)).toHaveLength(2);
    expect(calls().slice(4)).toEqual([
      '--database temporal update-schema --schema-name postgresql/v12/temporal',
      '--database temporal_visibility update-schema --schema-name postgresql/v12/visibility',
    ]);
  });

  test('sets up an empty database before its first update', () => {
    lateProgram('temporal-sql-tool', 1, 'no table schema_version');
    expect(run('schema.sh', postgres)).toMatchObject({ status: 0 });
    expect(
      calls()
        .slice(0, 3)
        .map((call) => call.split(' ')[2]),
    ).toEqual(['update-schema', 'setup-schema', 'update-schema']);
  });

  test('gives up with the reason if Postgres never answers', () => {
    lateProgram('temporal-sql-tool', 1000, 'connection refused');
    const { status, stderr } = run('schema.sh', { ...postgres, WAIT_SECONDS: '0' });
    expect(status).toBe(1);
    expect(stderr).toContain('connection refused');
    expect(stderr).toContain('Gave up after 0 s of waiting for the database temporal of Postgres');
  });
});

describe('namespace.sh', () => {
  const temporal = { TEMPORAL_ADDRESS: 'temporal.datastore:7233', TEMPORAL_NAMESPACE: 'ecommerce' };

  test('tells what it waits for, and registers the namespace once the server answers', () => {
    lateProgram('temporal', 2, 'no children to pick from');
    const { status, stderr } = run('namespace.sh', temporal);
    expect(status, stderr).toBe(0);
    expect(stderr.match(/Waiting for Temporal at temporal\.datastore:7233/g)).toHaveLength(2);
    for (const [name, type] of Object.entries(searchAttributeTypes)) {
      expect(calls().join('\n').toUpperCase()).toContain(`--NAME ${name} --TYPE ${type}`.toUpperCase());
    }
  });

  test('gives up with the reason if the server never answers', () => {
    lateProgram('temporal', 1000, 'no children to pick from');
    const { status, stderr } = run('namespace.sh', { ...temporal, WAIT_SECONDS: '0' });
    expect(status).toBe(1);
    expect(stderr).toContain('no children to pick from');
    expect(stderr).toContain('Gave up after 0 s of waiting for Temporal at temporal.datastore:7233');
  });

  test('limits every call, which without a name server would never end', () => {
    lateProgram('temporal', 0, '');
    run('namespace.sh', temporal);
    expect(calls().length).toBeGreaterThan(4);
    expect(calls().filter((call) => !/--command-timeout \d+s$/.test(call))).toEqual([]);
  });
});
