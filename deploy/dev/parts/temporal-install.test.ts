import { expect, test } from 'vitest';
import { isNewEnough } from './temporal-install.ts';

test.each([
  ['temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)', true],
  ['temporal version 2.0.0 (Server 1.30.0, UI 2.50.0)', true],
  ['temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)', true],
  ['temporal version 1.4.1 (Server 1.28.0, UI 2.39.0)', false],
  ['temporal version 0.0.0-DEV (Server 1.28.1, UI 2.40.0)', false],
])('%s is new enough: %s', (text, expected) => {
  expect(isNewEnough(text)).toBe(expected);
});
