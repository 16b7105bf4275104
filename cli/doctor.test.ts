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

test('a check that fails beside the part that it needs is not checked, and gives no advice', async () => {
  const needs = { part: 'Temporal', otherwise: 'Temporal is away' };
  const away = check('Temporal', () => Promise.reject(new Error('refused')));
  const worker = { ...check('worker', () => Promise.reject(new Error('refused'))), needs };
  const [, beside] = await runChecks([away, worker], String);
  expect(beside).toMatchObject({ state: 'skip', message: 'not checked: Temporal is away', fix: '' });

  const there = check('Temporal', () => Promise.resolve('it answers'));
  const [, alone] = await runChecks([there, worker], String);
  expect(alone).toMatchObject({ state: 'fail', fix: 'start worker' });
  const [, well] = await runChecks([away, { ...worker, run: () => Promise.resolve('the same time') }], String);
  expect(well).toMatchObject({ state: 'ok' });
});

test('the advice may follow from the cause', async () => {
  const api = check('API', () => Promise.reject(new Error('status 503')));
  const [found] = await runChecks([{ ...api, fix: (error) => `mend ${String(error)}` }], String);
  expect(found).toMatchObject({ fix: 'mend Error: status 503' });
});

test('a message does not repeat which part it is about, and where that is', async () => {
  const failing = (message: string): Check => ({
    ...check('Temporal', () => Promise.reject(new Error(message))),
    address: '127.0.0.1:7233',
  });
  const messageOf = async (message: string) =>
    (await runChecks([failing(message)], (error) => (error as Error).message))[0]?.message;
  expect(await messageOf('Temporal at 127.0.0.1:7233 does not answer: refused')).toBe('does not answer: refused');
  expect(await messageOf('the database of sso at 127.0.0.1:7233: it lacks a table')).toBe('it lacks a table');
  expect(await messageOf('it is late')).toBe('it is late');
});
