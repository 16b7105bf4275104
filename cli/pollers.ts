import type { Poller } from '../platform/temporal/pollers.ts';

/** The machine where the command runs, and which processes it has. */
export interface Here {
  readonly host: string;
  readonly now: Date;
  readonly isRunning: (pid: number) => boolean;
}

/** A poll waits up to 60 s for work. Temporal remembers a poller for minutes after its last poll. */
const longPollMs = 70_000;

/** What is known of the pollers of a queue. @throws Error if none of them is a worker that runs */
export function describePollers(queue: string, pollers: readonly Poller[], here: Here): string {
  const alive = pollers.filter((poller) => isAlive(poller, here));
  if (alive.length > 0)
    return `${alive.length === 1 ? '1 polls' : `${alive.length} poll`} the task queue ${queue}; ${lastPoll(alive, here)}`;
  throw new Error(
    pollers.length === 0
      ? `nobody polls the task queue ${queue}`
      : `nobody polls the task queue ${queue} any more; ${lastPoll(pollers, here)}`,
  );
}

function isAlive({ identity, polledAt }: Poller, { host, now, isRunning }: Here): boolean {
  if (now.getTime() - polledAt.getTime() > longPollMs) return false;
  const [, pid, machine] = /^(\d+)@(.+)$/.exec(identity) ?? [];
  return machine !== host || isRunning(Number(pid));
}

function lastPoll(pollers: readonly Poller[], { now }: Here): string {
  const last = Math.max(...pollers.map(({ polledAt }) => polledAt.getTime()));
  return `the last poll was ${Math.max(0, Math.round((now.getTime() - last) / 1000))} s ago`;
}
