import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { causesOf } from '../../errors/causes.ts';
import { watchLocks, type LockWait } from './lock-wait.ts';

const allMigrations = join(import.meta.dirname, '../../../drizzle');
// Two deployments may migrate at once: the second one waits and finds nothing to do.
const advisoryLock = 7_215_001;
/** The role of the audit. deploy/postgres lets it read every table that a migration creates. */
const auditor = 'ecommerce_auditor';
/** A lock timeout or a deadlock: the try has changed nothing. */
const locked = new Set<unknown>(['55P03', '40P01']);

/**
 * While a migration waits for a table, every later statement on the table waits behind it. The services wait at most 1 s
 * for a lock, so a try is shorter than that, and the traffic flows in the pause after it.
 */
interface LockPatience {
  readonly lockMs: number;
  /** Postgres lets an autovacuum give way to a migration that has waited 1 s (`deadlock_timeout`), so such a try is longer. */
  readonly vacuumLockMs: number;
  readonly pauseMs: number;
  /** How long it tries. */
  readonly totalMs: number;
}

const defaults: LockPatience = { lockMs: 500, vacuumLockMs: 1300, pauseMs: 2000, totalMs: 300_000 };

/** Its message tells who has the lock, as far as that is known, and what to do. */
export class MigrationBlocked extends Error {
  override readonly name = 'MigrationBlocked';
}

export interface MigrateOptions extends Partial<LockPatience> {
  /** Takes one line for each wait that is new: for another migration, or for a table. Default: standard error. */
  readonly tell?: (line: string) => void;
  /** Has a folder for each service. Default: `drizzle`. */
  readonly folder?: string;
}

/**
 * Applies the migrations in `drizzle/<service>/` to the database at `url`. Each schema has its own record of applied
 * migrations, so services may use different databases. If there is an auditor, it may not read the stored answers to
 * requests.
 * @throws MigrationBlocked if no try gets all locks, or another migration does not end. Then the schema is as it was.
 */
export async function migrateService(
  url: string,
  service: string,
  schema: string,
  { tell = console.warn, folder = allMigrations, ...given }: MigrateOptions = {},
): Promise<void> {
  const patience = { ...defaults, ...given };
  const connection = { application_name: `migrate-${service}`, lock_timeout: patience.totalMs };
  const client = postgres(url, { max: 1, onnotice: () => undefined, connection });
  try {
    const tries = { url, client, service, patience, tell };
    await untilAlone(tries);
    // All migrations that are new are one transaction.
    const apply = () => migrate(drizzle(client), { migrationsFolder: join(folder, service), migrationsSchema: schema });
    await untilLocked(tries, apply);
    await keepAnswersFromAuditor(client, `${schema}.requests`);
  } finally {
    await client.end({ timeout: 5 });
  }
}

interface Tries {
  readonly url: string;
  readonly client: postgres.Sql;
  readonly service: string;
  readonly patience: LockPatience;
  readonly tell: (line: string) => void;
}

/** Waits while another migration of this database is under way, which may itself wait for a table. */
async function untilAlone({ client, service, patience, tell }: Tries): Promise<void> {
  const [first] = await client<{ taken: boolean }[]>`select pg_try_advisory_lock(${advisoryLock}) as taken`;
  if (first?.taken === true) return;
  const holders = await client<{ pid: number; program: string }[]>`
    select a.pid, a.application_name as program from pg_locks l join pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'advisory' and l.objid = ${advisoryLock} and l.granted and a.datname = current_database()`;
  const [who = ''] = holders.map(({ pid, program }) => `: process ${pid} (${program})`);
  const isUnderWay = `${service}: another migration is under way${who}`;
  tell(`${isUnderWay}. This one waits for its end.`);
  try {
    await client`select pg_advisory_lock(${advisoryLock})`;
  } catch (error) {
    if (!isLocked(error)) throw error;
    const after = `This one gave up after ${patience.totalMs / 1000} s and changed nothing`;
    throw new MigrationBlocked(`${isUnderWay}. ${after}. Run it again when the other one has ended.`, { cause: error });
  }
}

function isLocked(error: unknown): boolean {
  return [...causesOf(error)].some((each) => 'code' in each && locked.has(each.code));
}

/** Tries again and again while another transaction has a lock that the migration needs. */
async function untilLocked(tries: Tries, apply: () => Promise<void>): Promise<void> {
  const { url, client, service, tell } = tries;
  const { lockMs, vacuumLockMs, pauseMs, totalMs } = tries.patience;
  const giveUpAt = performance.now() + totalMs;
  const [own] = await client<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const locks = watchLocks(url, own?.pid ?? 0);
  let last: LockWait | undefined;
  let told: string | undefined;
  try {
    for (;;) {
      const tryMs = last?.isVacuum === true ? vacuumLockMs : lockMs;
      await client`select set_config('lock_timeout', ${String(tryMs)}, false)`;
      const watch = locks.start(tryMs / 4);
      try {
        await apply();
        return;
      } catch (error) {
        if (!isLocked(error)) throw error;
        last = (await watch.end()) ?? last;
        const waits = `${service}: the migration waits for ${last?.text ?? 'a lock'}`;
        if (performance.now() + pauseMs > giveUpAt) {
          const advice = 'End that transaction, then run the migration again';
          throw new MigrationBlocked(`${waits}. It gave up after ${totalMs / 1000} s and changed nothing. ${advice}.`, {
            cause: error,
          });
        }
        const key = last?.key ?? '';
        if (key !== told) tell(`${waits}. It tries again every ${pauseMs / 1000} s, and traffic goes on.`);
        told = key;
      } finally {
        await watch.end();
      }
      await pause(pauseMs);
    }
  } finally {
    await locks.close();
  }
}

async function keepAnswersFromAuditor(client: postgres.Sql, table: string): Promise<void> {
  const both = await client`select from pg_roles where rolname = ${auditor} and to_regclass(${table}) is not null`;
  if (both.count > 0) await client`revoke all on table ${client(table)} from ${client(auditor)}`;
}
