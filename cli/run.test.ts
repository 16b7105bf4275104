import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../platform/errors/app-error.ts';
import { exitCodes } from './exit.ts';
import { runner } from './run.ts';

let warned: string[];

beforeEach(() => {
  warned = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void warned.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const away = () => Promise.reject(new AppError('unavailable', 'UPSTREAM_UNAVAILABLE', 'no answer'));
const hint = expect.stringMatching(/^No setting names a platform, .*`npm run dev`/);

test('who names no platform, and finds none, learns how to get one', async () => {
  await runner({ ECOMMERCE_API_URL: '' }, () => ({ json: false, sure: true }))(away);
  expect(warned).toEqual([expect.any(String), hint]);
  expect(process.exitCode).toBe(exitCodes.away);
});

test.each(['ECOMMERCE_API_URL', 'ORDER_DATABASE_URL', 'TEMPORAL_ADDRESS'])(
  'with %s the message is about that platform alone, and so it is for programs and other failures',
  async (name) => {
    await runner({ [name]: 'there' }, () => ({ json: false, sure: true }))(away);
    await runner({}, () => ({ json: true, sure: true }))(away);
    await runner({}, () => ({ json: false, sure: true }))(() => Promise.reject(new Error('refused')));
    expect(warned).toHaveLength(3);
  },
);
