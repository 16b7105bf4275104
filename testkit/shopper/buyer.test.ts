import { expect, test } from 'vitest';
import { Buyer } from './buyer.ts';
import { NoAnswer, Refused, type Door, type Json } from './door.ts';
import { createMemory } from './memory.ts';

/** A door that answers as it is told, one answer after the other, and keeps what was sent. */
function door(...answers: readonly (Json | Error)[]) {
  const left = [...answers];
  const sent: Json[] = [];
  const fake: Door = {
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

test('who is not answered asks again with the same request id, and remembers the order', async () => {
  const { fake, sent } = door(new NoAnswer('ECONNRESET', 'gone'), accepted('o'));
  const memory = createMemory();
  const buyer = new Buyer('ada', fake, memory);
  const wish = buyer.wish();
  expect(await buyer.checkOut(wish)).toBe('o');
  expect(sent).toEqual([{ requestId: wish.requestId }, { requestId: wish.requestId }]);
  expect(memory.purchases).toEqual([{ requestId: wish.requestId, orderId: 'o' }]);
  expect([...memory.unanswered]).toEqual([['ECONNRESET', 1]]);
});

test('a refusal is an answer: nothing is sent again', async () => {
  const { fake, sent } = door(new Refused('CART_EMPTY', 'nothing in it'));
  const buyer = new Buyer('ada', fake, createMemory());
  await expect(buyer.checkOut(buyer.wish())).rejects.toMatchObject({ reason: 'CART_EMPTY' });
  expect(sent).toHaveLength(1);
});

test('two orders for one request id, and an internal error, are contradictions', async () => {
  const { fake } = door(accepted('one'), new NoAnswer('500', 'oh'), accepted('two'));
  const memory = createMemory();
  const buyer = new Buyer('ada', fake, memory);
  const wish = buyer.wish();
  await buyer.checkOut(wish);
  await buyer.checkOut(wish);
  expect(memory.contradictions).toHaveLength(2);
});

test('who is too late to cancel is told so; the order is not taken for cancelled', async () => {
  const { fake } = door(accepted('o'), new Refused('ORDER_NOT_CANCELLABLE', 'paid'));
  const buyer = new Buyer('ada', fake, createMemory());
  const wish = buyer.wish();
  await buyer.checkOut(wish);
  expect(await buyer.cancel(wish)).toBe(false);
  expect(wish.cancelled).toBeUndefined();
});
