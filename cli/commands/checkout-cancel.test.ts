import { create } from '@bufbuild/protobuf';
import { expect, test, vi } from 'vitest';
import { SagaOrderSchema } from '../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { CliError } from '../exit.ts';
import { cancelCheckout } from './checkout-cancel.ts';

vi.mock('../confirm.ts');

test('a checkout is not cancelled without a yes', async () => {
  const no = new CliError('NOT_CONFIRMED', 1, 'nothing was changed');
  vi.mocked(confirm).mockRejectedValueOnce(no);
  const order = { status: OrderStatus.PENDING, total: { currencyCode: 'USD', minorUnits: 250n } };
  const temporal = vi.fn<Context['temporal']>();
  const context = {
    asks: true,
    sagaOrder: () => Promise.resolve(create(SagaOrderSchema, { order, userId: 'the-buyer' })),
    temporal,
  } as Partial<Context> as Context;
  await expect(cancelCheckout(context, 'the-order', { reason: 'a test' })).rejects.toBe(no);
  expect(confirm).toHaveBeenCalledWith(context, 'Cancel the checkout of order the-order, 2.50 USD of buyer the-buyer?');
  expect(temporal).not.toHaveBeenCalled();
});
