import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../platform/errors/app-error.ts';
import { connectTemporal } from '../platform/temporal/connection.ts';
import type { Operation, OperationEnd } from '../services/backoffice/domain/operation.ts';
import { answeringTemporal } from './trail-temporal.ts';
import { nothingChanged, onTrail } from './trail.ts';

const asked = { action: 'keys.rotate' as const, subject: 'now', reason: 'the key leaked' };
const part = { part: 'Postgres (backoffice)', address: 'db:5432/shop' };
let written: (Operation | OperationEnd)[];
let said: string[];
let noted: string[];

const answering = () => ({
  part,
  trail: {
    beginOperation: async (operation: Operation) => `entry-${written.push(operation)}`,
    endOperation: async (entryId: string, end: OperationEnd) => {
      expect(entryId).toBe('entry-1');
      written.push(end);
    },
    noteOperation: async (entryId: string, note: string) => {
      expect(entryId).toBe('entry-1');
      noted.push(note);
    },
  },
  close: async () => undefined,
});

beforeEach(() => {
  written = [];
  said = [];
  noted = [];
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

test('an entry stays open if the change throws, and tells why its outcome is not known', async () => {
  const work = () => Promise.reject(new Error('lost'));
  await expect(onTrail(context, asked, work, answering)).rejects.toThrow('lost');
  expect(written).toHaveLength(1);
  expect(noted).toEqual(['it is not known what was changed: lost']);
});

test('the open entry of a cancel that was accepted does not say that its effect is not known', async () => {
  const pending = new AppError('unavailable', 'CANCELLATION_PENDING', 'it is under way', { kind: 'unknown' });
  await expect(onTrail(context, asked, () => Promise.reject(pending), answering)).rejects.toBe(pending);
  expect(written).toHaveLength(1);
  expect(noted).toEqual(['it is under way (CANCELLATION_PENDING)']);
});

test('what is done so far stands in the open entry, and one that cannot be written is told once', async () => {
  const work: Parameters<typeof onTrail>[2] = async (_, note) => {
    await note('so far 1');
    await note('so far 2');
    return { detail: 'all' };
  };
  await onTrail(context, asked, work, answering);
  expect(noted).toEqual(['so far 1', 'so far 2']);
  expect(written.at(-1)).toMatchObject({ detail: 'all' });
  written = [];
  const forgetful = () => ({
    ...answering(),
    trail: { ...answering().trail, noteOperation: () => Promise.reject(new Error('lost')) },
  });
  await onTrail(context, asked, work, forgetful);
  expect(said).toEqual(['The audit trail lacks keys.rotate: Postgres (backoffice) at db:5432/shop: lost']);
});

test('an entry is closed as refused if nothing was changed for sure', async () => {
  const away = new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', 'no answer');
  const work = () => Promise.reject(nothingChanged(away));
  await expect(onTrail(context, asked, work, answering)).rejects.toBe(away);
  expect(written.at(-1)).toEqual({ detail: 'no answer (TEMPORAL_UNAVAILABLE)', refusal: 'TEMPORAL_UNAVAILABLE' });
  expect(noted).toEqual([]);
});

test('without the trail the change is made all the same, and the command says so', async () => {
  const away = () => {
    const lost = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    return { ...answering(), trail: { beginOperation: lost, endOperation: lost, noteOperation: lost } };
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

test('a change by Temporal that does not answer closes its entry: it was not begun', async () => {
  const away = new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', 'no answer', { kind: 'unknown' });
  const temporal = { ...connectTemporal({ address: '127.0.0.1:1', namespace: 'x' }), call: () => Promise.reject(away) };
  const change = vi.fn<() => { detail: string }>();
  const work = async () => {
    await answeringTemporal({ temporal: () => Promise.resolve(temporal) });
    return change();
  };
  await expect(onTrail(context, asked, work, answering)).rejects.toBe(away);
  expect(change).not.toHaveBeenCalled();
  expect(written.at(-1)).toMatchObject({ refusal: 'TEMPORAL_UNAVAILABLE' });
});
