import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { beforeEach, expect, test, vi } from 'vitest';
import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { ErrorInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';
import { errorDomain } from '../../proto/reasons.ts';
import type { Context } from '../context.ts';
import { createProgram } from '../program.ts';
import { runner } from '../run.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { printedLines } from '../testing/printed.ts';

vi.mock('../context.ts', () => ({ createContext: (_: unknown, { json }: { json: boolean }) => contextOf(json) }));

const buyer = '0b9f9a3e-4c1d-4e0a-9d5b-2f6c7a8b9c0d';
const admin = '1b9f9a3e-4c1d-4e0a-9d5b-2f6c7a8b9c0d';
const orderId = '2b9f9a3e-4c1d-4e0a-9d5b-2f6c7a8b9c0d';
const unknown = '3b9f9a3e-4c1d-4e0a-9d5b-2f6c7a8b9c0d';
const emails: Readonly<Record<string, string>> = { [buyer]: 'buyer@example.com', [admin]: 'admin@example.com' };
const said = printedLines();
let warned: string[];
/** Calls that ask who somebody is. */
let asked = 0;
/** By whom the changes were that the trail was asked for. */
let actors: string[];

beforeEach(() => {
  [warned, asked, actors] = [[], 0, []];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void warned.push(line));
});

const refusal = (reason: string) =>
  new ConnectError(reason, Code.NotFound, undefined, [
    { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason, domain: errorDomain }) },
  ]);

const order = {
  ...{ orderId, userId: buyer, status: OrderStatus.COMPLETED, createTime: timestampFromDate(new Date(0)) },
};

function contextOf(json: boolean): Context {
  const services = {
    admin: {
      getOrder: (request: { orderId: string }) => {
        if (request.orderId !== orderId) throw refusal('ORDER_NOT_FOUND');
        return { order };
      },
      explainOrder: (request: { orderId: string }) => {
        if (request.orderId !== orderId) throw refusal('ORDER_NOT_FOUND');
        return { orderId, userId: buyer };
      },
      listOrders: ({ userId }: { userId: string }) => ({ orders: userId === admin ? [] : [order, order] }),
      getUser: ({ userId }: { userId: string }) => {
        asked += 1;
        if (emails[userId] === undefined) throw refusal('USER_NOT_FOUND');
        return {
          user: { userId, email: emails[userId], roles: ['customer', ...(userId === admin ? ['support'] : [])] },
        };
      },
      getWallet: () => ({}),
      listAuditTrail: ({ actorId }: { actorId: string }) => {
        actors.push(actorId);
        return {
          entries: [1, 2, 3].map((at) => ({ actorId: admin, actorRole: 'admin', userId: at === 3 ? buyer : '' })),
        };
      },
      grantRole: () => ({ roles: ['customer', 'support'] }),
      revokeRole: () => ({ roles: ['customer'] }),
    },
    orders: { getOrder: () => Promise.reject(refusal('ORDER_NOT_FOUND')) },
  };
  const context: Partial<Context> = {
    ...{ env: {}, json, asks: false, signIn: () => Promise.resolve(fakeApi(services, ['admin'])) },
    ...{ lastRunUrl: () => Promise.resolve(''), close: () => Promise.resolve() },
  };
  return context as Context;
}

/** Runs a command as `main.ts` does. @returns its exit code */
async function run(...line: readonly string[]): Promise<unknown> {
  const program = createProgram(
    runner({}, () => ({ json: line.includes('--json'), sure: true })),
    () => undefined,
  );
  await program.parseAsync([...line, '--email', 'a@example.com', '--password', 'x'], { from: 'user' });
  return process.exitCode ?? 0;
}

test.each([
  ['user', 'find', buyer],
  ['order', 'find', orderId],
  ['order', 'explain', orderId],
  ['order', 'show', orderId],
  ['wallet', 'show', buyer],
])('%s %s tells the email address of whom it is about', async (...line) => {
  for (const json of [[], ['--json']]) {
    said.length = 0;
    expect(await run(...line, ...json)).toBe(0);
    expect(said.join('\n')).toContain('buyer@example.com');
  }
});

test('the trail tells who it was by their email address, and asks once for each administrator', async () => {
  expect(await run('audit-trail')).toBe(0);
  expect(said.join('\n').match(/admin admin@example\.com/g)).toHaveLength(3);
  expect(said.join('\n')).toContain(`user: ${buyer} buyer@example.com`);
  expect(asked).toBe(2);
});

test('the trail is asked for the changes of one account', async () => {
  expect(await run('audit-trail', '--actor', admin.toUpperCase())).toBe(0);
  expect(actors).toEqual([admin]);
});

test.each([
  ['grant', buyer, ''],
  ['grant', admin, 'nothing changed: the user had this role before'],
  ['revoke', buyer, 'nothing changed: the user did not have this role'],
  ['revoke', admin, ''],
])('user %s tells whether anything changed', async (change, userId, message) => {
  const line = ['user', change, userId, 'support', '--reason', 'a test', '--json'];
  expect(await run(...line)).toBe(0);
  expect(JSON.parse(said.pop() ?? '')).toMatchObject({ roles: expect.any(String), ...(message && { message }) });
  expect(await run(...line, '--request-id', orderId)).toBe(0);
  expect(JSON.parse(said.pop() ?? '')).not.toHaveProperty('message');
});

test('a list of orders has the buyer of each, and asks nothing for a row', async () => {
  await run('order', 'list');
  expect(said.filter((line) => line.includes(`buyer: ${buyer}`))).toHaveLength(2);
  expect(asked).toBe(0);
});

test('orders are found by the id of their buyer', async () => {
  expect(await run('order', 'find', buyer, '--json')).toBe(0);
  const rows = JSON.parse(said[0] ?? '') as object[];
  expect(rows).toMatchObject([{ orderId, buyer, buyerEmail: 'buyer@example.com' }, { orderId }]);
});

test.each([
  [unknown, `no order, payment or user has the id ${unknown}`],
  [admin, 'the user with the email address admin@example.com has no order'],
])('an id that finds no order is an empty list for programs: %s', async (id, message) => {
  expect(await run('order', 'find', id, '--json')).toBe(3);
  expect(said).toEqual(['[]']);
  expect(JSON.parse(warned[0] ?? '')).toEqual({ error: { reason: 'ORDER_NOT_FOUND', message } });
});

test('a user whom nobody knows has no wallet either, and the command says the former', async () => {
  expect(await run('wallet', 'show', unknown)).toBe(3);
  expect(warned.join()).toContain('USER_NOT_FOUND');
  expect(await run('user', 'find', unknown, '--json')).toBe(3);
  expect(said).toEqual(['[]']);
});
