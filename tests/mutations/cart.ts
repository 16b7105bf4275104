import type { Mutation } from './mutation.ts';

const cart = ['services/cart'];

export const cartMutations: readonly Mutation[] = [
  {
    name: 'the unique key “one live claim per cart” is dropped',
    cost: 'ten checkouts of one cart charge ten times',
    file: 'drizzle/cart/0000_initial.sql',
    from: 'CREATE UNIQUE INDEX "claims_one_live_per_user"',
    to: 'CREATE INDEX "claims_one_live_per_user"',
    tests: cart,
  },
  {
    name: 'a claim does not compare the cart’s version',
    cost: 'a cart that was edited after the total was shown is bought with the edits',
    file: 'services/cart/domain/claim.ts',
    from: 'if (cart.version !== cartVersion) throw cartChanged(cart.version);',
    to: '',
    tests: cart,
  },
  {
    name: 'a repeated request raises the version, in one statement',
    cost: 'a repeat gets an answer that is not the first one',
    file: 'services/cart/repository/plain-lines.ts',
    from: 'exists (select from answered)',
    to: 'true',
    tests: cart,
  },
  {
    name: 'a request that waited for the cart is not refused, in one statement',
    cost: 'a line is written over a newer one, and the version stays',
    file: 'services/cart/repository/plain-lines.ts',
    from: 'case when changed.version is null then 0 else ${given.quantity}::int end',
    to: '${given.quantity}::int',
    tests: cart,
  },
  {
    name: 'a waiting claim does not compare the version again, in one statement',
    cost: 'an order buys what another order has just bought',
    file: 'services/cart/repository/plain-claims.ts',
    from: 'case when locked.version = claimed.cart_version then item.quantity else 0 end',
    to: 'item.quantity',
    tests: cart,
  },
  {
    name: 'a change of a cart does not compare the version, in one statement',
    cost: 'one of two changes at the same time is lost',
    file: 'services/cart/repository/plain-lines.ts',
    from: 'version = ${given.version}::bigint and ${isAllowed}',
    to: '${given.version}::bigint >= 0 and ${isAllowed}',
    tests: cart,
  },
  {
    name: 'a waiting event does not compare the version again, in one statement',
    cost: 'a line that was changed at the same time gets a wrong quantity',
    file: 'services/cart/repository/plain-claims.ts',
    from: 'ended_at = case when owned.version = seen.version then now() end',
    to: 'ended_at = now()',
    tests: cart,
  },
  {
    name: 'the cache keeps a cart that an order claims',
    cost: 'a buyer is shown goods that are already bought, and buys them again',
    file: 'services/cart/adapters/redis-cache.ts',
    from: 'if claim and claim ~= ARGV[4] then return 0 end',
    to: '',
    tests: cart,
  },
];
