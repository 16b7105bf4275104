import { afterEach, expect, test, vi } from 'vitest';
import { AppError } from '../../platform/errors/app-error.ts';
import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Context } from '../context.ts';
import { blame } from '../parts.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { checkoutStatus } from './checkout-status.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

test.each([false, true])(
  'while Temporal is away, the order is told, and then what is missing (json: %s)',
  async (json) => {
    const said: string[] = [];
    const warned: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
    vi.spyOn(console, 'error').mockImplementation((line: string) => void warned.push(line));
    const orders = { getOrder: () => ({ order: { orderId: 'x', status: OrderStatus.PENDING } }) };
    const away = new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', 'no answer');
    const temporal = { call: () => Promise.reject(blame({ part: 'Temporal', address: 'temporal:7233' }, away)) };
    const context = {
      ...{ env: {}, json, signIn: () => Promise.resolve(fakeApi({ orders })) },
      ...{ temporal: () => Promise.resolve(temporal), lastRunUrl: () => Promise.resolve('u') },
    } as unknown as Context;
    await checkoutStatus(context, 'x', { email: 'a@example.com', password: 'p' });
    expect(said.join('\n')).toMatch(/PENDING/);
    expect(said.join('\n')).not.toMatch(/NOT STARTED/);
    expect(warned.join('\n')).toContain('the order is known, its workflow and the steps that it retries are not');
    expect(warned.join('\n')).toContain(json ? '"part":"Temporal"' : 'Temporal at temporal:7233 does not answer: ');
    expect(process.exitCode).toBe(4);
  },
);
