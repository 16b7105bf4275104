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

beforeAll(() => installRuntime(pino({ level: 'silent' }), undefined));

/** What replaying a history with today's code brings up; undefined if it does what was recorded. */
async function replay(text: string): Promise<Error | undefined> {
  const options = { workflowBundle: await loadWorkflowBundle() };
  const history = historyFromJSON(JSON.parse(text));
  for await (const result of Worker.runReplayHistories(options, [{ workflowId: 'recorded', history }])) {
    return result.error;
  }
  throw new Error('nothing was replayed');
}

test.each(names)('what is open when this code is deployed goes on as it was: %s', async (name) => {
  expect(await replay(await readFile(join(folder, name), 'utf8'))).toBeUndefined();
});

test('every workflow that workers run is among them', async () => {
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const types = texts.map((text) => {
    const { events } = historyFromJSON(JSON.parse(text));
    return events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name;
  });
  expect(new Set(types)).toEqual(new Set(Object.keys(registered)));
});

test('a change of the code that does not fit the histories is found', async () => {
  const recorded = await readFile(join(folder, 'refused-in-stage-1-regular.json'), 'utf8');
  const ofOtherCode = recorded.replaceAll('"releaseStock"', '"releaseSomethingElse"');
  expect(ofOtherCode).not.toBe(recorded);
  expect(await replay(ofOtherCode)).toMatchObject({ name: 'DeterminismViolationError' });
});
