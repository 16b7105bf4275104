import { expect, test } from 'vitest';
import { open, seal } from './seal.ts';

test('a sealed text opens only with its key and label, and only if it is unchanged', () => {
  const key = new Uint8Array(32).fill(1);
  const sealed = seal(key, 'secret', 'kid');
  expect(sealed).not.toContain('secret');
  expect(open(key, sealed, 'kid')).toBe('secret');
  const changed = sealed.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
  expect(() => open(key, sealed, 'other')).toThrow('unable to authenticate');
  expect(() => open(new Uint8Array(32), sealed, 'kid')).toThrow('unable to authenticate');
  expect(() => open(key, changed, 'kid')).toThrow('unable to authenticate');
});
