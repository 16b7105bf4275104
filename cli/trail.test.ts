import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Operation, OperationEnd } from '../services/backoffice/domain/operation.ts';
import { onTrail } from './trail.ts';

const asked = { action: 'keys.rotate' as const, subject: 'now', reason: 'the key leaked' };
const part = { part: 'Postgres (backoffice)', address: 'db:5432/shop' };
let written: (Operation | OperationEnd)[];
let said: string[];

const answering = () => ({
  part,
  trail: {
    beginOperation: async (operation: Operation) => `entry-${written.push(operation)}`,
    endOperation: async (entryId: string, end: OperationEnd) => {
      expect(entryId).toBe('entry-1');
      written.push(end);
    },
  },
  close: async () => undefined,
});

beforeEach(() => {
  written = [];
  said = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => vi.restoreAllMocks());

const context = { env: {}, json: false };

test('the entry is written before the change, and its end after it', async () => {
  const told = await onTrail(
    context,
    asked,
    async () => {
      expect(written).toMatchObject([{ ...asked, actorName: expect.stringMatching(/^.+@.+$/), userId: undefined }]);
      return { detail: 'new key', refusal: 'NOT_CANCELLABLE', more: 1 };
    },
    answering,
  );
  expect(told.more).toBe(1);
  expect(written.at(-1)).toEqual({ detail: 'new key', refusal: 'NOT_CANCELLABLE' });
  expect(said).toEqual([]);
});

test('an entry stays open if the change throws', async () => {
  const work = () => Promise.reject(new Error('lost'));
  await expect(onTrail(context, asked, work, answering)).rejects.toThrow('lost');
  expect(written).toHaveLength(1);
});

test('without the trail the change is made all the same, and the command says so', async () => {
  const away = () => {
    const lost = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    return { ...answering(), trail: { beginOperation: lost, endOperation: lost } };
  };
  const work = vi.fn<() => Promise<{ detail: string }>>(() => Promise.resolve({ detail: 'new key' }));
  await onTrail(context, asked, work, away);
  await onTrail({ ...context, json: true }, asked, work, away);
  expect(work).toHaveBeenCalledTimes(2);
  expect(said[0]).toMatch(
    /^The audit trail lacks keys\.rotate: Postgres \(backoffice\) at db:5432\/shop does not answer/,
  );
  expect(JSON.parse(said[1] ?? '')).toMatchObject({ warning: { reason: 'DATABASE_UNAVAILABLE', ...part } });
});
