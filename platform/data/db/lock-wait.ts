import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';

/** What a session waits for, and who has it. */
export interface LockWait {
  /** For example `orders.orders, which process 4711 (audit as auditor, in a transaction for 12 s) has locked`. */
  readonly text: string;
  /** Equal for the same table and the same processes. */
  readonly key: string;
  /** Only processes of Postgres itself have it, which are autovacuum workers. */
  readonly isVacuum: boolean;
}

interface Holder {
  readonly table: string | null;
  readonly pid: number;
  readonly program: string | null;
  readonly user: string | null;
  /** The age of its transaction. Null if the role of this session may not see it. */
  readonly seconds: number | null;
}

interface LockWatch {
  /** @returns the last wait that was seen */
  readonly end: () => Promise<LockWait | undefined>;
}

export interface LockWatcher {
  /** Looks every `everyMs` until its end. */
  readonly start: (everyMs: number) => LockWatch;
  readonly close: () => Promise<void>;
}

/** Looks from a connection of its own at the locks for which the session `pid` waits. */
export function watchLocks(url: string, pid: number): LockWatcher {
  const connection = { application_name: 'migrate-watch', statement_timeout: 2000 };
  const client = postgres(url, { max: 1, onnotice: () => undefined, connection });

  async function look(): Promise<LockWait | undefined> {
    const holders = await client<Holder[]>`
      select l.relation::regclass::text as table, h.pid, nullif(a.application_name, '') as program, a.usename as user,
        extract(epoch from clock_timestamp() - a.xact_start)::int as seconds
      from pg_locks l cross join unnest(pg_blocking_pids(l.pid)) as h (pid) left join pg_stat_activity a on a.pid = h.pid
      where l.pid = ${pid} and not l.granted order by h.pid`;
    const [first] = holders;
    if (first === undefined) return undefined;
    const table = first.table ?? 'a lock';
    return {
      text: `${table}, which ${holders.map(described).join(' and ')} ${holders.length === 1 ? 'has' : 'have'} locked`,
      key: [table, ...holders.map((holder) => holder.pid)].join(' '),
      isVacuum: holders.every((holder) => holder.user === null),
    };
  }

  return {
    start: (everyMs) => {
      const ending = new AbortController();
      const { signal } = ending;
      const watching = (async () => {
        let seen: LockWait | undefined;
        for (;;) {
          await pause(everyMs, undefined, { signal }).catch(() => undefined);
          if (signal.aborted) return seen;
          // Without an answer the migration goes on, and only its message is shorter.
          seen = (await look().catch(() => undefined)) ?? seen;
        }
      })();
      return {
        end: () => {
          ending.abort();
          return watching;
        },
      };
    },
    close: () => client.end({ timeout: 1 }),
  };
}

function described({ pid, program, user, seconds }: Holder): string {
  if (user === null) return `process ${pid} (of Postgres itself, probably an autovacuum)`;
  const age = seconds === null ? [] : [`in a transaction for ${seconds} s`];
  return `process ${pid} (${[`${program ?? 'no application name'} as ${user}`, ...age].join(', ')})`;
}
