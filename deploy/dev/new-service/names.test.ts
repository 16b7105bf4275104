import { expect, test } from 'vitest';
import { namesOf } from './names.ts';

test.each([
  ['reviews', 'review', 'reviews'],
  ['gift', 'gift', 'gifts'],
  ['loyalty', 'loyalty', 'loyalties'],
  ['deliveries', 'delivery', 'deliveries'],
  ['addresses', 'address', 'addresses'],
  ['wishes', 'wish', 'wishes'],
  ['bonus', 'bonus', 'bonuses'],
])('%s keeps things called %s, and many of them %s', (name, thing, things) => {
  expect(namesOf(name)).toMatchObject({ name, thing, things });
});

test('a name has every form that its files need', () => {
  expect(namesOf('gift')).toEqual({
    ...{ name: 'gift', Name: 'Gift', NAME: 'GIFT' },
    ...{ thing: 'gift', Thing: 'Gift', THING: 'GIFT', things: 'gifts', Things: 'Gifts' },
  });
});
