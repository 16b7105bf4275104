import { expect, test } from 'vitest';
import { createBar } from './bar.ts';

function draw(isTTY: boolean): string {
  let [text, now] = ['', 1000];
  const bar = createBar(10, { isTTY, write: (part) => (text += part) }, () => now);
  now += 1000;
  bar.show(5);
  bar.show(6);
  now += 1000;
  bar.show(10);
  bar.end();
  return text;
}

test('the bar grows at a terminal, is drawn seldom, and is wiped at the end', () => {
  const wipe = '\r\u001b[2K';
  const half = `${'█'.repeat(15)}${'░'.repeat(15)} 5/10, 5.0 per second`;
  expect(draw(true)).toBe(`${wipe}${half}${wipe}${'█'.repeat(30)} 10/10, 5.0 per second${wipe}`);
});

test('without a terminal there is no bar', () => {
  expect(draw(false)).toBe('');
});
