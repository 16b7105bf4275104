import { expect, test } from 'vitest';
import { render } from './nginx.ts';

test('the variables of a template get their values, and the variables of nginx stay', () => {
  const template = 'listen ${GATEWAY_HTTP}; set $a $uri; return 200 "$status ${empty}";';
  expect(render(template, { GATEWAY_HTTP: '8000' })).toBe('listen 8000; set $a $uri; return 200 "$status ${empty}";');
});

test('a variable without a value is an error that names it', () => {
  expect(() => render('server ${CART_HTTP_1};', {})).toThrow('CART_HTTP_1');
});
