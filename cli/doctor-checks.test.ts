import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../platform/testing/database.ts';
import { createContext } from './context.ts';
import { checksOf } from './doctor-checks.ts';
import { runChecks } from './doctor.ts';
import { textOf } from './failure.ts';

test('the doctor names an index that no query uses, and says what mends it', async () => {
  const database = await createTestDatabase('cart', 'cart');
  onTestFinished(() => database.close());
  const env = { CART_DATABASE_URL: database.url };
  const context = createContext(env, { json: false, asks: false });
  const check = checksOf(context, env).find(({ part }) => part === 'Postgres (cart)');
  const examine = async () => (await runChecks(check === undefined ? [] : [check], textOf))[0];
  expect(await examine()).toMatchObject({ state: 'ok', message: 'all migrations are applied' });
  await database.db.execute(
    `update pg_index set indisvalid = false where indexrelid = 'cart.requests_by_time'::regclass`,
  );
  expect(await examine()).toMatchObject({
    state: 'fail',
    message: 'no query uses these indexes, because they are INVALID: cart.requests_by_time',
    fix: 'run REINDEX INDEX CONCURRENTLY cart.requests_by_time (docs/upgrades.md)',
  });
  await database.db.execute('reindex index concurrently cart.requests_by_time');
  expect(await examine()).toMatchObject({ state: 'ok' });
});
