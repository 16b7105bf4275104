import { expect, test } from 'vitest';
import { fold } from './fold.ts';

test('a text is cut between its words, and no line is longer than it may be', () => {
  expect(fold('one two three', 7)).toEqual(['one two', 'three']);
  expect(fold('one', 7)).toEqual(['one']);
  expect(fold('a-very-long-word and more', 8)).toEqual(['a-very-long-word', 'and more']);
});

test('a text from outside cannot steer the terminal, and its length is what a reader sees', () => {
  expect(fold('\u001b[2J one\u202e', 80)).toEqual([String.raw`\x1b[2J one\u202e`]);
  expect(fold('👩‍👩‍👧👩‍👩‍👧 x', 6)).toEqual(['👩‍👩‍👧👩‍👩‍👧 x']);
  expect(fold('👩‍👩‍👧👩‍👩‍👧 x', 5)).toEqual(['👩‍👩‍👧👩‍👩‍👧', 'x']);
  expect(fold('a 漢字漢字漢字', 5)).toEqual(['a', '漢字', '漢字', '漢字']);
});
