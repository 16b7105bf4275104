import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { ErrorInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';
import { errorDomain } from '../../proto/reasons.ts';
import type { Context } from '../context.ts';
import { failureOf, textOf } from '../failure.ts';
import { callPart } from '../parts.ts';
import { refundOrder } from './order-refund.ts';

const options = { email: 'support@example.com', password: 'x', reason: 'a broken lamp', requestId: undefined };

/** What the command throws if the API refuses the refund so. */
async function refused(reason: string): Promise<unknown> {
  const value = { reason, domain: errorDomain, metadata: {} };
  const error = new ConnectError('ask again', Code.Unavailable, undefined, [{ desc: ErrorInfoSchema, value }]);
  const api = { part: 'API', address: 'http://shop' };
  const admin = { refundOrder: () => callPart(api, () => Promise.reject(error)) };
  const context = { signIn: async () => ({ admin, asUser: {} }), asks: false, json: false };
  return refundOrder(context as unknown as Context, 'the-order', options).catch((thrown: unknown) => thrown);
}

test('a refund that takes longer, or waits for Temporal, is told as one that goes on by itself', async () => {
  const pending = await refused('REFUND_PENDING');
  expect(textOf(pending)).toMatch(/^the refund is under way and goes on by itself; `order explain the-order` tells/);
  expect(failureOf(pending)).toMatchObject({ failure: { requestId: expect.any(String) }, exitCode: 1 });
  const waits = await refused('TEMPORAL_UNAVAILABLE');
  expect(textOf(waits)).toMatch(/: the refund is recorded and goes on by itself as soon as Temporal answers; `order/);
  expect(failureOf(waits)).toMatchObject({ failure: { requestId: expect.any(String) }, exitCode: 4 });
});

test('another part that does not answer may have recorded nothing', async () => {
  expect(textOf(await refused('UPSTREAM_UNAVAILABLE'))).not.toContain('goes on');
});
