import { expect, test } from 'vitest';
import { open, seal } from './seal.ts';

test('what was sealed opens with its key and label only, and unchanged', () => {
  const key = new Uint8Array(32).fill(1);
  const sealed = seal(key, 'secret', 'kid');
  expect(sealed).not.toContain('secret');
  expect(open(key, sealed, 'kid')).toBe('secret');
  const changed = sealed.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
  expect(() => open(key, sealed, 'other')).toThrow('unable to authenticate');
  expect(() => open(new Uint8Array(32), sealed, 'kid')).toThrow('unable to authenticate');
  expect(() => open(key, changed, 'kid')).toThrow('unable to authenticate');
});
