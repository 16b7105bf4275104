import { expect, test } from 'vitest';
import { runChecks, Skipped, type Check } from './doctor.ts';

const check = (part: string, run: Check['run']): Check => ({ part, address: 'here', fix: `start ${part}`, run });

test('every part has one finding, and only a failure has a fix', async () => {
  const findings = await runChecks(
    [
      check('API', () => Promise.resolve('it answers')),
      check('Kafka', () => Promise.reject(new Skipped('not used'))),
      check('Redis', () => Promise.reject(new Error('refused'))),
      check('Temporal', () => new Promise(() => undefined)),
    ],
    String,
    10,
  );
  expect(findings).toEqual([
    { part: 'API', address: 'here', state: 'ok', message: 'it answers', fix: '' },
    { part: 'Kafka', address: 'here', state: 'skip', message: 'not used', fix: '' },
    { part: 'Redis', address: 'here', state: 'fail', message: 'Error: refused', fix: 'start Redis' },
    {
      part: 'Temporal',
      address: 'here',
      state: 'fail',
      message: 'Error: no answer within 0.01 s',
      fix: 'start Temporal',
    },
  ]);
});
