import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import pino from 'pino';
import { beforeAll, expect, test } from 'vitest';
import { loadWorkflowBundle } from './bundle.ts';
import { installRuntime } from '../platform/temporal/sdk-runtime.ts';
import * as registered from './index.ts';

const folder = join(import.meta.dirname, 'histories');
const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();

beforeAll(() => installRuntime(pino({ level: 'silent' })));

/** Replays a history with today's code. @returns the error, or undefined if the code does what was recorded */
async function replay(text: string): Promise<Error | undefined> {
  const options = { workflowBundle: await loadWorkflowBundle() };
  const history = historyFromJSON(JSON.parse(text));
  for await (const result of Worker.runReplayHistories(options, [{ workflowId: 'recorded', history }])) {
    return result.error;
  }
  throw new Error('nothing was replayed');
}

test.each(names)('a workflow that is open at the deployment goes on as recorded: %s', async (name) => {
  expect(await replay(await readFile(join(folder, name), 'utf8'))).toBeUndefined();
});

test('every workflow that workers run has a history', async () => {
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const types = texts.map((text) => {
    const { events } = historyFromJSON(JSON.parse(text));
    return events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name;
  });
  expect(new Set(types)).toEqual(new Set(Object.keys(registered)));
});

test('a replay finds a change of the code that does not fit the histories', async () => {
  const recorded = await readFile(join(folder, 'refused-in-stage-1-regular.json'), 'utf8');
  const ofOtherCode = recorded.replaceAll('"releaseStock"', '"releaseSomethingElse"');
  expect(ofOtherCode).not.toBe(recorded);
  expect(await replay(ofOtherCode)).toMatchObject({ name: 'DeterminismViolationError' });
});
