import { expect, test } from 'vitest';
import { causesOf } from './causes.ts';

test('gives an error and its causes, the error first, and ends at what is no error', () => {
  const root = new Error('root', { cause: 'a text' });
  const top = new Error('top', { cause: root });
  expect([...causesOf(top)]).toEqual([top, root]);
  expect([...causesOf('a text')]).toEqual([]);
});

test('ends in a circle', () => {
  const error = new Error('own cause');
  error.cause = error;
  expect([...causesOf(error)]).toHaveLength(8);
});
