import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../platform/testing/eventually.ts';
import { secretShapesIn, toldIn } from '../../testkit/secrets.ts';
import { stackParts } from '../../testkit/stack/stack.ts';
import { stackLogs, stackSecrets } from './log-secrets/stack.ts';
import { visit, type Visit } from './log-secrets/visit.ts';

// Only the launcher knows where the logs are.
describe.skipIf(stackParts().length === 0)('the logs of every process', () => {
  let visited: Visit;
  let logs: ReadonlyMap<string, string>;
  beforeAll(async () => {
    visited = await visit();
    logs = await eventually('all that was done in the logs', stackLogs, (found) => {
      const text = [...found.values()].join('\n');
      return visited.marks.every((mark) => text.includes(mark));
    });
  }, 180_000);

  test('are all read', () => {
    const started = stackParts().filter(({ stage }) => stage === 'healthy' || stage === 'done');
    const files = started.map(({ name }) => `${name}.log`);
    expect([...logs.keys()]).toEqual(expect.arrayContaining(files));
    // Redis, for example, may have nothing to say.
    const ours = started.filter(({ kind }) => kind !== 'server').map(({ name }) => `${name}.log`);
    expect(ours.length).toBeGreaterThan(2);
    expect(ours.filter((file) => logs.get(file) === '')).toEqual([]);
  });

  test('contain no password, token, key or whole email address that was used', () => {
    const secrets = [...visited.secrets, ...stackSecrets()];
    expect(secrets.length).toBeGreaterThan(40);
    expect([...logs].flatMap(([file, text]) => toldIn(text, secrets).map((what) => `${file}: ${what}`))).toEqual([]);
  });

  // This finds those of the other tests of this run too, and those that only the processes know.
  test('contain nothing that looks like one', () => {
    expect([...logs].flatMap(([file, text]) => secretShapesIn(text).map((what) => `${file}: ${what}`))).toEqual([]);
  });
});
