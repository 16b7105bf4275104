import { afterEach, expect, test, vi } from 'vitest';
import type { OperationEnd } from '../../services/backoffice/domain/operation.ts';
import { openTrail } from '../trail.ts';
import { endOpenEntries } from './open-entries.ts';

vi.mock(import('../trail.ts'), async (original) => {
  const real = await original();
  return { ...real, openTrail: vi.fn<typeof real.openTrail>(real.openTrail) };
});

const warned = vi.spyOn(console, 'error').mockImplementation(() => undefined);
afterEach(() => warned.mockClear());

const context = { env: {}, json: false };

test.each([
  ['CANCELLED', { detail: 'CANCELLED', refusal: undefined }],
  ['NOT_CANCELLABLE', { detail: 'NOT_CANCELLABLE', refusal: 'NOT_CANCELLABLE' }],
] as const)('entries that are open end as %s, and the connection is closed', async (outcome, end) => {
  const endOpenCancels = vi.fn<(subject: string, end: OperationEnd) => Promise<void>>(() => Promise.resolve());
  const close = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const opened = { trail: { endOpenCancels }, part: { part: 'Postgres', address: 'db' }, close };
  vi.mocked(openTrail).mockReturnValueOnce(opened as unknown as ReturnType<typeof openTrail>);
  await endOpenEntries(context, 'the-order', outcome);
  expect(endOpenCancels).toHaveBeenCalledExactlyOnceWith('order the-order', end);
  expect(close).toHaveBeenCalledOnce();
  expect(warned).not.toHaveBeenCalled();
});

test('without the database of the back office the command goes on, and says what may stay open', async () => {
  const away = { ...context, env: { BACKOFFICE_DATABASE_URL: 'postgres://ops:secret@127.0.0.1:1/shop' } };
  await endOpenEntries(away, 'the-order', 'CANCELLED');
  await endOpenEntries({ ...away, json: true }, 'the-order', 'CANCELLED');
  const said = warned.mock.calls.map(String);
  expect(said[0]).toMatch(
    /^The audit trail may keep an open entry of an earlier cancel: Postgres \(backoffice\) at 127\.0\.0\.1:1\/shop does/,
  );
  expect(JSON.parse(said[1] ?? '')).toMatchObject({ warning: { reason: 'DATABASE_UNAVAILABLE' } });
  expect(said.join(' ')).not.toContain('secret');
});
