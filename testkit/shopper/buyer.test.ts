import { expect, test } from 'vitest';
import { Buyer } from './buyer.ts';
import { NoAnswer, Refused, type ApiClient, type Json } from './api-client.ts';
import { createMemory } from './memory.ts';

/** A client that gives the prepared answers in order and records the requests. */
function fakeClient(...answers: readonly (Json | Error)[]) {
  const left = [...answers];
  const sent: Json[] = [];
  const fake: ApiClient = {
    close: () => undefined,
    async call(_, request) {
      sent.push(request);
      const answer = left.shift() ?? {};
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { fake, sent };
}

const accepted = (orderId: string) => ({ checkout: { orderId } });

test('a buyer without an answer repeats the request with the same id and remembers the order', async () => {
  const { fake, sent } = fakeClient(new NoAnswer('ECONNRESET', 'gone'), accepted('o'));
  const memory = createMemory();
  const buyer = new Buyer('ada', fake, memory);
  const wish = buyer.wish();
  expect(await buyer.checkOut(wish)).toBe('o');
  expect(sent).toEqual([{ requestId: wish.requestId }, { requestId: wish.requestId }]);
  expect(memory.purchases).toEqual([{ requestId: wish.requestId, orderId: 'o' }]);
  expect([...memory.unanswered]).toEqual([['ECONNRESET', 1]]);
});

test('a refused request is not repeated', async () => {
  const { fake, sent } = fakeClient(new Refused('CART_EMPTY', 'nothing in it'));
  const buyer = new Buyer('ada', fake, createMemory());
  await expect(buyer.checkOut(buyer.wish())).rejects.toMatchObject({ reason: 'CART_EMPTY' });
  expect(sent).toHaveLength(1);
});

test('a second order for one request id and an internal error are contradictions', async () => {
  const { fake } = fakeClient(accepted('one'), new NoAnswer('500', 'oh'), accepted('two'));
  const memory = createMemory();
  const buyer = new Buyer('ada', fake, memory);
  const wish = buyer.wish();
  await buyer.checkOut(wish);
  await buyer.checkOut(wish);
  expect(memory.contradictions).toHaveLength(2);
});

test('a cancel that comes too late returns false and does not mark the order as cancelled', async () => {
  const { fake } = fakeClient(accepted('o'), new Refused('ORDER_NOT_CANCELLABLE', 'paid'));
  const buyer = new Buyer('ada', fake, createMemory());
  const wish = buyer.wish();
  await buyer.checkOut(wish);
  expect(await buyer.cancel(wish)).toBe(false);
  expect(wish.cancelled).toBeUndefined();
});
