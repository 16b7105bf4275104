import { create, type Message } from '@bufbuild/protobuf';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  ListCategoriesRequestSchema,
  ListCategoriesResponseSchema,
  ProductService,
} from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { KeptAnswers } from './kept-answers.ts';
import { sharedRead } from './shared-read.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A service with one answer in memory, and what is kept of it. */
function createWorld(options: ConstructorParameters<typeof KeptAnswers>[0] = {}) {
  const answer = () => create(ListCategoriesResponseSchema);
  const world = { now: answer() as ReturnType<typeof answer> | undefined };
  const kept = new KeptAnswers<string>(options);
  const read = sharedRead(ProductService.method.listCategories, () => () => world.now);
  const request = create(ListCategoriesRequestSchema);
  const keep = (key: string, text: string, bytes = 1, response: Message | undefined = world.now) => {
    if (response !== undefined) kept.keep(key, { read, request, response }, text, bytes);
  };
  return { world, kept, keep, answer };
}

test('an answer is found only while the service would give the same message', () => {
  const { world, kept, keep, answer } = createWorld();
  const first = world.now;
  keep('a', 'first');
  expect([kept.find('a'), kept.find('b')]).toEqual(['first', undefined]);
  world.now = undefined;
  expect(kept.find('a')).toBeUndefined();
  world.now = answer();
  expect(kept.find('a')).toBeUndefined();
  world.now = first;
  expect(kept.find('a')).toBe('first');
});

test('an answer that was already too old when it was kept is never found', () => {
  const { world, kept, keep, answer } = createWorld();
  const early = world.now;
  world.now = answer();
  keep('a', 'early', 1, early);
  expect(kept.find('a')).toBeUndefined();
});

test('beyond the bounds, the answer that was not used for the longest time goes', () => {
  const byNumber = createWorld({ maxAnswers: 2 });
  byNumber.keep('a', 'a');
  byNumber.keep('b', 'b');
  byNumber.kept.find('a');
  byNumber.keep('c', 'c');
  expect(['a', 'b', 'c'].map((key) => byNumber.kept.find(key))).toEqual(['a', undefined, 'c']);

  const bySize = createWorld({ maxBytes: 100 });
  bySize.keep('a', 'a', 40);
  bySize.keep('a', 'a again', 40);
  bySize.keep('b', 'b', 40);
  expect(['a', 'b'].map((key) => bySize.kept.find(key))).toEqual(['a again', 'b']);
  bySize.keep('c', 'c', 40);
  expect(['a', 'b', 'c'].map((key) => bySize.kept.find(key))).toEqual([undefined, 'b', 'c']);
  bySize.keep('d', 'd', 1000);
  expect(['b', 'c', 'd'].map((key) => bySize.kept.find(key))).toEqual([undefined, undefined, undefined]);
});

test('a request whose answer was found before may follow a call that is under way, until that ends', async () => {
  const { kept, keep } = createWorld();
  keep('a', 'a');
  const { promise, resolve } = Promise.withResolvers<void>();
  const leading = kept.lead('a', () => promise);
  expect(kept.follow('a'), 'it has not been found yet').toBeUndefined();
  kept.find('a');
  const following = kept.follow('a');
  expect(following).toBeInstanceOf(Promise);
  resolve();
  await Promise.all([leading, following]);
  expect(kept.follow('a')).toBeUndefined();
});

test('nobody follows a call for longer than 250 ms, or one that failed', async () => {
  const { kept, keep } = createWorld();
  keep('a', 'a');
  kept.find('a');
  const { promise, reject } = Promise.withResolvers<void>();
  const leading = kept.lead('a', () => promise);
  const following = kept.follow('a');
  vi.advanceTimersByTime(250);
  await following;
  expect(kept.follow('a')).toBeUndefined();
  const second = kept.lead('a', () => promise);
  const patient = kept.follow('a');
  reject(new Error('away'));
  await expect(leading).rejects.toThrow('away');
  await expect(second).rejects.toThrow('away');
  await patient;
  expect(kept.follow('a')).toBeUndefined();
});
