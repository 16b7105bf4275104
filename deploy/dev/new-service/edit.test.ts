import { describe, expect, test } from 'vitest';
import { ahead, behind, entering, raised, re } from './edit.ts';
import { roleText } from './role-text.ts';

const wallet = roleText('wallet', { schema: 'wallet', path: 'wallet', http: 8082, grpc: 50_054 });
const order = roleText('order', { schema: 'orders', path: 'orders', http: 8084, grpc: 50_055 });
const made = roleText('gift', { schema: 'gift', path: 'gifts', http: 8088, grpc: 50_057 });
const enter = entering({ model: wallet, after: order, made });

const list = `
  WALLET: wallet:50054 at /api/v1/wallet, by buildWallet, port 8082
  ORDER: order:50055
  CHECKOUT: checkout:50056
`;

describe('a role is entered', () => {
  test('by a copy of the model’s entry, behind that of the role before it', () => {
    expect(enter('x', (of) => re`^ {2}${of.ROLE}: .*\n`).change(list)).toBe(
      list.replace('  CHECKOUT', '  GIFT: gift:50057 at /api/v1/gifts, by buildGift, port 8088\n  CHECKOUT'),
    );
  });

  test('by a text of its own', () => {
    expect(enter('x', (of) => re`${of.role}:${String(of.grpc)}`, ', and gift').change(list)).toContain(
      'order:50055, and gift\n',
    );
  });

  test('nowhere, if its place is not there or is not one', () => {
    expect(() => enter('x', (of) => re`^ {4}${of.ROLE}`).change(list)).toThrow('no place like ^ {4}WALLET');
    expect(() => enter('x', () => re`:\d+`, '').change(list)).toThrow('3 places');
  });
});

test('texts go ahead of a place or behind it, and numbers are raised', () => {
  expect(ahead('x', re`b`, '1').change('abc')).toBe('a1bc');
  expect(behind('x', re`b`, '1').change('abc')).toBe('ab1c');
  expect(raised('x', re`max=(\d+)`, 20).change('min=3 max=300;')).toBe('min=3 max=320;');
});
