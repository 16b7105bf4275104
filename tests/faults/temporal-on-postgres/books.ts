import postgres from 'postgres';
import { databaseUrl, query } from './databases.ts';

/** Blocks a step: its writes fail with a transient database error, so the worker retries it until `goOn`. */
export const holdUp = (name: string, table: string, when: string) =>
  query(
    'ecommerce',
    `create function ${name}() returns trigger language plpgsql as
       $$ begin raise exception 'held up by the test' using errcode = '57014'; end $$;
     create trigger ${name} before insert or update on ${table} for each row when (${when}) execute function ${name}()`,
  );
/** Ends a block of `holdUp`. */
export const goOn = (name: string) => query('ecommerce', `drop function ${name} cascade`);

/** Published events that the cart has not taken in. */
export const unheard = () =>
  query(
    'ecommerce',
    `select id from orders.outbox where published_at is not null and id not in (select event_id from cart.inbox)`,
  );

/** Locks the cart's inbox while `work` runs, so that the cart takes in no event meanwhile. */
export async function withCartDeaf<Result>(work: () => Promise<Result>): Promise<Result> {
  const client = postgres(databaseUrl('ecommerce'), { max: 1 });
  try {
    const { result } = await client.begin(async (transaction) => {
      await transaction`lock table cart.inbox in exclusive mode`;
      return { result: await work() };
    });
    return result;
  } finally {
    await client.end();
  }
}

/** Owners and access rights of the three databases. */
export const rightsIn = (suffix = '') =>
  query(
    'postgres',
    `select left(datname, length(datname) - ${suffix.length}) as name, pg_get_userbyid(datdba) as owner, datacl::text
     from pg_database where datname in ('ecommerce${suffix}', 'temporal${suffix}', 'temporal_visibility${suffix}')
     order by 1`,
  );
