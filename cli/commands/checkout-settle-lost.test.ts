import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDatabase, type DatabaseHandle } from '../../platform/data/db/database.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { settleLost, type Settled } from '../restore/settle-lost.ts';
import { onTrail } from '../trail.ts';
import { settleLostCheckouts } from './checkout-settle-lost.ts';

vi.mock('../../platform/data/db/database.ts');
vi.mock('../confirm.ts');
vi.mock('../restore/settle-lost.ts');
vi.mock('../trail-temporal.ts');
vi.mock('../trail.ts');
vi.mock('../../services/order/repository/index.ts');

const context = {
  env: { ORDER_DATABASE_URL: 'postgres://localhost/shop' },
  json: true,
  temporal: vi.fn<Context['temporal']>(),
} as Partial<Context> as Context;
const lost: Settled[] = [
  { orderId: 'one', workflow: 'checkout-one', action: 'workflow ended' },
  { orderId: 'two', workflow: 'checkout-two', action: 'order made again' },
];

beforeEach(() => {
  const nothing = () => Promise.resolve();
  vi.mocked(openDatabase).mockReturnValue({
    check: nothing,
    close: nothing,
  } as Partial<DatabaseHandle> as DatabaseHandle);
  vi.mocked(settleLost).mockResolvedValue(lost);
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => vi.resetAllMocks());

test('a dry run asks nothing, changes nothing and leaves no entry', async () => {
  await settleLostCheckouts(context, { dryRun: true, reason: 'a try' });
  expect(vi.mocked(settleLost).mock.calls.map(([, options]) => options.dryRun)).toEqual([true]);
  expect(confirm).not.toHaveBeenCalled();
  expect(onTrail).not.toHaveBeenCalled();
});

test('the question tells what would be done, and the entry what was done', async () => {
  vi.mocked(confirm).mockImplementation(async (_, question) => {
    expect(typeof question === 'string' ? question : await question()).toBe(
      'End workflows (1) and make lost orders again (1)?',
    );
  });
  vi.mocked(onTrail).mockImplementation(async (_, asked, work) => {
    expect(asked).toEqual({ action: 'checkout.settle-lost', subject: 'since the oldest workflow', reason: 'restored' });
    return work(undefined, () => Promise.resolve());
  });
  await settleLostCheckouts(context, { dryRun: false, reason: 'restored' });
  expect(vi.mocked(settleLost).mock.calls.map(([, options]) => options.dryRun)).toEqual([true, false]);
  expect(await vi.mocked(onTrail).mock.results[0]?.value).toEqual({
    detail: 'workflows ended: 1, orders made again: 1',
  });
});
