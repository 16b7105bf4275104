import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AuditOutcome } from '../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { CheckoutState } from '../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderStatus } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import { TransactionType } from '../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import type { UserApi } from './api.ts';
import type { Context } from './context.ts';
import { createProgram } from './program.ts';
import { fakeApi } from './testing/fake-api.ts';
import { printedLines } from './testing/printed.ts';

const id = '0b9f9a3e-4c1d-4e0a-9d5b-2f6c7a8b9c0d';
const account = ['--email', 'somebody@example.com', '--password', 'secret'];
const said = printedLines();

const order = { orderId: id, status: OrderStatus.COMPLETED, createTime: timestampFromDate(new Date(0)), userId: id };
let asked: unknown;

/** Every call that tells a status, a type or an outcome. */
function api(): UserApi {
  return fakeApi(
    {
      orders: { getOrder: () => ({ order }), getOrderHistory: () => ({}) },
      checkout: {
        startCheckout: () => ({ checkout: { orderId: id, state: CheckoutState.SUCCEEDED } }),
        getCheckoutProgress: () => ({}),
      },
      admin: {
        getOrder: () => ({ order }),
        explainOrder: () => ({ orderId: id, order }),
        findUsers: () => ({ users: [{ userId: id }] }),
        getUser: () => ({ user: { userId: id } }),
        listOrders: (request) => {
          asked = request.status;
          return { orders: [order, order] };
        },
        refundOrder: () => ({ order: { ...order, status: OrderStatus.CANCELLED } }),
        getWallet: () => ({ transactions: [{ type: TransactionType.REFUND }] }),
        listAuditTrail: () => ({ entries: [{ outcome: AuditOutcome.DONE }] }),
      },
    },
    ['admin'],
  );
}

/** @returns what the command prints for people, or for programs */
async function printed(line: readonly string[], json: boolean): Promise<string> {
  const describe = () => Promise.resolve({ status: { name: 'COMPLETED' }, startTime: new Date(0), raw: {} });
  const client = { workflow: { getHandle: () => ({ describe }) } };
  const temporal = { call: (_: number, run: (asked: typeof client) => unknown) => run(client) };
  const context = {
    ...{ env: {}, json, asks: false, workflowUrl: () => 'u', lastRunUrl: () => Promise.resolve('u') },
    ...{ signIn: () => Promise.resolve(api()), temporal: () => Promise.resolve(temporal) },
  } as unknown as Context;
  said.length = 0;
  const program = createProgram(
    (command) => command(context),
    () => undefined,
  );
  await program.parseAsync([...line, ...account], { from: 'user' });
  return said.join('\n');
}

test.each([
  { line: ['order', 'show', id], word: 'COMPLETED', json: 'ORDER_STATUS_COMPLETED' },
  { line: ['checkout', 'status', id], word: 'COMPLETED', json: 'ORDER_STATUS_COMPLETED' },
  { line: ['checkout', 'cancel', id], word: 'COMPLETED', json: 'ORDER_STATUS_COMPLETED' },
  { line: ['checkout', 'start'], word: 'SUCCEEDED', json: 'CHECKOUT_STATE_SUCCEEDED' },
  { line: ['order', 'refund', id, '--reason', 'broken'], word: 'CANCELLED', json: 'ORDER_STATUS_CANCELLED' },
  { line: ['checkout', 'watch', id], word: 'COMPLETED', json: 'COMPLETED' },
  { line: ['order', 'find', id], word: 'COMPLETED', json: 'COMPLETED' },
  { line: ['order', 'list'], word: 'COMPLETED', json: 'COMPLETED' },
  { line: ['order', 'explain', 'b@example.com'], word: 'COMPLETED', json: 'ORDER_STATUS_COMPLETED' },
  { line: ['wallet', 'show', id], word: 'REFUND', json: 'REFUND' },
  { line: ['audit-trail'], word: 'DONE', json: 'DONE' },
])('$line: people read $word, programs $json', async ({ line, word, json }) => {
  const forPeople = await printed(line, false);
  expect(forPeople).toMatch(new RegExp(String.raw`\b${word}\b`));
  expect(forPeople).not.toMatch(/[A-Z]+_(?:STATUS|STATE|TYPE|OUTCOME)_/);
  expect(await printed(line, true)).toContain(`"${json}"`);
});

test.each(['completed', 'COMPLETED', 'ORDER_STATUS_COMPLETED', 'order_status_completed', 'CHECKOUT_STATE_SUCCEEDED'])(
  'a list takes --status %s',
  async (status) => {
    await printed(['order', 'list', '--status', status], true);
    expect(asked).toBe(OrderStatus.COMPLETED);
  },
);

test('format.ts alone makes words of the enums of the API', () => {
  const files = globSync('**/*.ts', { cwd: import.meta.dirname }).filter((file) => !file.endsWith('.test.ts'));
  const others = files.filter((file) => /enumToJson/.test(readFileSync(join(import.meta.dirname, file), 'utf8')));
  expect(others).toEqual([]);
});
