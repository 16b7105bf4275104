import type { Sql, TransactionSql } from 'postgres';

type Client = Sql | TransactionSql;

/**
 * Makes each connection keep the statements that Drizzle sends by `unsafe`. Unkept, the driver asks the server for the
 * types first: a statement then takes two round trips and is parsed and planned every time. (Measured: a reservation
 * with its commit takes 1.7 times as long.)
 */
export function prepared<C extends Client>(client: C): C {
  return new Proxy(client, {
    get(target, property, receiver) {
      const value: unknown = Reflect.get(target, property, receiver);
      if (typeof value !== 'function') return value;
      if (property === 'unsafe') {
        const unsafe: Client['unsafe'] = (query, parameters, options) =>
          target.unsafe(query, parameters, { ...options, prepare: true });
        return unsafe;
      }
      if (property === 'begin' || property === 'savepoint') {
        return (...args: unknown[]) => {
          const body = args.pop() as (inner: TransactionSql) => unknown;
          return Reflect.apply(value, target, [...args, (inner: TransactionSql) => body(prepared(inner))]);
        };
      }
      return value;
    },
  });
}
