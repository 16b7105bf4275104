import { create } from '@bufbuild/protobuf';
import { expect, test, vi } from 'vitest';
import { SagaOrderSchema } from '../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { CliError } from '../exit.ts';
import { onTrail } from '../trail.ts';
import { cancelCheckout } from './checkout-cancel.ts';

vi.mock('../confirm.ts');
vi.mock('../trail.ts');

const order = { status: OrderStatus.PENDING, total: { currencyCode: 'USD', minorUnits: 250n } };
const temporal = vi.fn<Context['temporal']>();
const context = {
  env: { SERVICE_KEYS_DIR: '/keys' },
  asks: true,
  json: true,
  sagaOrder: () => Promise.resolve(create(SagaOrderSchema, { order, userId: 'the-buyer' })),
  temporal,
  lastRunUrl: () => Promise.resolve('http://temporal'),
} as Partial<Context> as Context;

test('a checkout is not cancelled without a yes, and the trail has no entry', async () => {
  const no = new CliError('NOT_CONFIRMED', 1, 'nothing was changed');
  vi.mocked(confirm).mockRejectedValueOnce(no);
  await expect(cancelCheckout(context, 'the-order', { reason: 'a test' })).rejects.toBe(no);
  expect(confirm).toHaveBeenCalledWith(context, 'Cancel the checkout of order the-order, 2.50 USD of buyer the-buyer?');
  expect(onTrail).not.toHaveBeenCalled();
  expect(temporal).not.toHaveBeenCalled();
});

test('a cancel stands in the trail with the order, its buyer and why', async () => {
  vi.mocked(onTrail).mockResolvedValueOnce({ detail: 'CANCELLED' });
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await cancelCheckout(context, 'the-order', { reason: 'the buyer called' });
  const operation = { subject: 'order the-order', userId: 'the-buyer', reason: 'the buyer called' };
  expect(onTrail).toHaveBeenCalledWith(context, { action: 'checkout.cancel', ...operation }, expect.any(Function));
  expect(print.mock.lastCall?.[0]).toContain('"outcome":"CANCELLED"');
  print.mockRestore();
});
