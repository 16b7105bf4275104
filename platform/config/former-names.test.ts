import { expect, test } from 'vitest';
import { withCurrentNames } from './former-names.ts';

const names = { COST: 'SHOP_COST', DAYS: 'SHOP_DAYS' };

test('a former name is read as the current one, with a warning that names both and no value', () => {
  const { env, warnings } = withCurrentNames({ COST: 'hunter2', OTHER: '1' }, names);
  expect(env).toEqual({ SHOP_COST: 'hunter2', OTHER: '1' });
  expect(warnings).toHaveLength(1);
  for (const name of ['COST', 'SHOP_COST']) expect(warnings[0]).toContain(name);
  expect(warnings[0]).not.toContain('hunter2');
});

test('the current name wins where both are set, and the warning says so', () => {
  const { env, warnings } = withCurrentNames({ COST: '1', SHOP_COST: '2', DAYS: '3' }, names);
  expect(env).toEqual({ SHOP_COST: '2', SHOP_DAYS: '3' });
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toContain('SHOP_COST is used');
});

test('current names cause no warning, and the given settings are not changed', () => {
  const given = { SHOP_COST: '2', COST: undefined };
  expect(withCurrentNames(given, names)).toEqual({ env: given, warnings: [] });
  const former = { COST: '1' };
  withCurrentNames(former, names);
  expect(former).toEqual({ COST: '1' });
});
