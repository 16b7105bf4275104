import { roles, type Role } from '../../runtime/registry.ts';
import { attachStack } from '../../deploy/dev/supervisor/attach.ts';
import { readState } from '../../deploy/dev/supervisor/state.ts';
import type { PartState } from '../../deploy/dev/supervisor/state.ts';
import { eventually } from '../../platform/testing/eventually.ts';
import type { Timeline } from '../timeline.ts';

export type { Role };
export const serviceRoles: readonly Role[] = roles;
export type Server = 'postgres' | 'redis' | 'kafka' | 'temporal';

/** The processes of a running stack, whatever its shape; all that is done to them stands in the timeline. */
export interface Parts {
  /** The parts that have this role: several where it has replicas, `app` where one process has them all. */
  of(role: Role | Server): readonly string[];
  /** Whether each role has a process of its own. */
  readonly split: boolean;
  pid(part: string): number | undefined;
  /** Whether it is healthy. */
  isUp(part: string): boolean;
  /** Rejects if that takes longer than two minutes. */
  untilUp(part: string): Promise<void>;
  /** SIGKILL; the supervisor starts it again. */
  kill(part: string): void;
  /** SIGSTOP; `thaw` lets it go on. */
  freeze(part: string): void;
  thaw(part: string): void;
  /** Asks it to end, then starts it again. */
  restart(part: string): Promise<void>;
  /** It ends and stays down until `start`. */
  stop(part: string): Promise<void>;
  start(part: string): Promise<void>;
  /** Starts and thaws what was stopped or frozen here and waits until all are healthy. */
  heal(): Promise<void>;
}

const healing = { withinMs: 120_000, everyMs: 100 };

export function openParts(stateFile: string, timeline: Timeline): Parts {
  const stack = attachStack(stateFile);
  const stopped = new Set<string>();
  const frozen = new Map<string, number>();
  const states = (): readonly PartState[] => readState(stateFile)?.parts ?? [];
  const isUp = ({ stage, kind, pid }: PartState) =>
    ['healthy', 'done'].includes(stage) && (kind === 'task' || pid === undefined || isAlive(pid));
  const told = (what: string, part: string) => timeline.note(`${what} ${part} (pid ${stack.pid(part) ?? 'none'})`);
  const signal = (part: string, name: NodeJS.Signals): void => {
    try {
      stack.kill(part, name);
    } catch (error) {
      // It has just ended by itself.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  // Replicas that wait to be started are no part of the shape.
  const names = () => states().flatMap(({ name, stage }) => (stage === 'stopped' && !stopped.has(name) ? [] : [name]));
  const of = (role: Role | Server): readonly string[] => {
    const own = names().filter((name) => name === role || new RegExp(`^${role}-\\d+$`).test(name));
    return own.length > 0 ? own : names().filter((name) => name === 'app');
  };
  const parts: Parts = {
    of,
    split: !names().includes('app'),
    pid: (part) => stack.pid(part),
    isUp: (part) => states().some((state) => state.name === part && isUp(state)),
    async untilUp(part) {
      await eventually(
        `the recovery of ${part}`,
        () => parts.isUp(part),
        (yes) => yes,
        healing,
      );
    },
    kill(part) {
      const pid = stack.pid(part);
      // The state file tells of a process a moment longer than it lives.
      if (pid === undefined || !isAlive(pid)) return timeline.note(`not killed, for it is down: ${part}`);
      told('kill -9', part);
      signal(part, 'SIGKILL');
    },
    freeze(part) {
      told('freeze', part);
      const pid = stack.pid(part);
      if (pid !== undefined) frozen.set(part, pid);
      signal(part, 'SIGSTOP');
    },
    thaw(part) {
      told('thaw', part);
      if (frozen.get(part) === stack.pid(part)) signal(part, 'SIGCONT');
      frozen.delete(part);
    },
    async restart(part) {
      told('restart', part);
      await stack.stopPart(part);
      await stack.startPart(part);
    },
    async stop(part) {
      told('stop', part);
      stopped.add(part);
      await stack.stopPart(part);
    },
    async start(part) {
      timeline.note(`start ${part}`);
      await stack.startPart(part);
      stopped.delete(part);
    },
    async heal() {
      for (const part of frozen.keys()) parts.thaw(part);
      for (const part of stopped) await parts.start(part);
      const down = () => states().filter((part) => part.stage !== 'stopped' && !isUp(part));
      const downNames = () => down().map(({ name }) => name);
      await eventually('the recovery of all parts', downNames, (names) => names.length === 0, healing);
      timeline.note('all parts are healthy');
    },
  };
  return parts;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
