import { expect, test } from 'vitest';
import type { Order, OrderStatus, Transaction, TransactionType } from '../shopper/answers.ts';
import { judgeAccounts, violationsOf, type Account } from './accounts.ts';

const usd = (minorUnits: number) => ({ currencyCode: 'USD', minorUnits: String(minorUnits) });
const order = (orderId: string, status: string, total = 500): Order => ({
  orderId,
  status: `ORDER_STATUS_${status}` as OrderStatus,
  items: [{ productId: 'p', quantity: 1 }],
  total: usd(total),
});
const moved = (type: string, minor: number, orderId = ''): Transaction => ({
  type: `TRANSACTION_TYPE_${type}` as TransactionType,
  amount: usd(minor),
  orderId,
});

interface Story {
  readonly orders: readonly Order[];
  readonly movements: readonly Transaction[];
  readonly balance: number;
  readonly held?: number;
}

/** A buyer who began with 1000 minor units. */
function account({ orders, movements, balance, held = 0 }: Story): Account {
  const transactions = [moved('TOP_UP', 1000), ...movements];
  return { name: 'ada', orders, transactions, wallet: { balance: usd(balance), held: usd(held) } };
}

const judged = (story: Story, ids = story.orders.map(({ orderId }) => orderId)) =>
  judgeAccounts(
    [account(story)],
    ids.map((orderId) => ({ requestId: `wish for ${orderId}`, orderId })),
  );

test('a completed, a failed, a cancelled and a refunded order are no violations', () => {
  const found = judged({
    orders: [order('a', 'COMPLETED'), order('b', 'FAILED'), order('c', 'CANCELLED'), order('d', 'CANCELLED')],
    movements: [moved('CAPTURE', -500, 'a'), moved('CAPTURE', -500, 'd'), moved('REFUND', 500, 'd')],
    balance: 500,
  });
  expect(violationsOf(found)).toEqual([]);
});

test('money taken for a failed order is lost', () => {
  const found = judged({ orders: [order('a', 'FAILED')], movements: [moved('CAPTURE', -500, 'a')], balance: 500 });
  expect(found.lost).toHaveLength(1);
});

test('a completed order without a payment is lost money', () => {
  expect(judged({ orders: [order('a', 'COMPLETED')], movements: [], balance: 1000 }).lost).toHaveLength(1);
});

test('money taken for an order that does not exist is lost', () => {
  expect(judged({ orders: [], movements: [moved('CAPTURE', -500, 'x')], balance: 500 }).lost).toHaveLength(1);
});

test('an accepted order that does not exist is lost', () => {
  expect(judged({ orders: [], movements: [], balance: 1000 }, ['gone']).lost).toHaveLength(1);
});

test('two captures of one order are doubled, and so are two refunds', () => {
  const twice = [moved('CAPTURE', -500, 'a'), moved('CAPTURE', -500, 'a')];
  expect(judged({ orders: [order('a', 'COMPLETED')], movements: twice, balance: 0 }).doubled).toHaveLength(1);
  const back = [moved('CAPTURE', -500, 'a'), moved('REFUND', 500, 'a'), moved('REFUND', 500, 'a')];
  expect(judged({ orders: [order('a', 'CANCELLED')], movements: back, balance: 1500 }).doubled).toHaveLength(1);
});

test('an order that no buyer knows is doubled, unless a request got no answer', () => {
  const story = { orders: [order('a', 'FAILED'), order('b', 'FAILED')], movements: [], balance: 1000 };
  expect(judged(story, ['a']).doubled).toHaveLength(1);
  const found = judgeAccounts([account(story)], [{ requestId: 'heard', orderId: 'a' }, { requestId: 'unheard' }]);
  expect(violationsOf(found)).toEqual([]);
});

test('a PENDING order and held money are stuck', () => {
  const found = judged({ orders: [order('a', 'PENDING')], movements: [], balance: 1000, held: 500 });
  expect(found.stuck).toHaveLength(2);
});

test('a completed order whose cancel was answered with success is broken', () => {
  const story = { orders: [order('a', 'COMPLETED')], movements: [moved('CAPTURE', -500, 'a')], balance: 500 };
  const found = judgeAccounts([account(story)], [{ requestId: 'r', orderId: 'a', cancelled: true }]);
  expect(found.broken).toHaveLength(1);
});

test('a balance that is not the sum of its transactions is broken', () => {
  expect(judged({ orders: [], movements: [], balance: 999 }).broken).toHaveLength(1);
});
