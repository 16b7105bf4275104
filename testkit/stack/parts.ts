import { roles, type Role } from '../../runtime/registry.ts';
import { attachStack } from '../../deploy/dev/supervisor/attach.ts';
import { readState } from '../../deploy/dev/supervisor/state.ts';
import type { PartState } from '../../deploy/dev/supervisor/state.ts';
import { eventually } from '../../platform/testing/eventually.ts';
import type { Timeline } from '../timeline.ts';
import { isAlive } from '../../platform/testing/is-alive.ts';
import { sharingProcesses } from './sharing.ts';

export type { Role };
export const serviceRoles: readonly Role[] = roles;
export type Server = 'postgres' | 'redis' | 'kafka' | 'temporal';

/** The processes of a running stack, with one process or many. The timeline records all that is done to them. */
export interface Parts {
  /** The parts that have this role: several if it has replicas, `app` if one process has every role. */
  of(role: Role | Server): readonly string[];
  /** The processes that share the ports of the part, for example `app/1` and `app/2`. None if the part is one process. */
  sharing(part: string): readonly string[];
  /** True if each role runs in a separate process. */
  readonly split: boolean;
  pid(part: string): number | undefined;
  /** True if the part is healthy. A process that shares ports is up while it runs. */
  isUp(part: string): boolean;
  /** Waits until the part is healthy. Rejects after two minutes. */
  untilUp(part: string): Promise<void>;
  /** Sends SIGKILL. The launcher starts the part again. One of the processes that share ports is started by its parent. */
  kill(part: string): void;
  /** Sends SIGSTOP. `thaw` lets the process go on. */
  freeze(part: string): void;
  thaw(part: string): void;
  /** Stops the part gracefully, then starts it again. */
  restart(part: string): Promise<void>;
  /** Stops the part gracefully. It stays down until `start`. */
  stop(part: string): Promise<void>;
  start(part: string): Promise<void>;
  /**
   * Starts and thaws the parts that were stopped or frozen here, and waits until all parts are healthy and as many
   * processes share their ports as at first.
   */
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
  const pidOf = (name: string): number | undefined => {
    const [part = '', number] = name.split('/');
    const pid = stack.pid(part);
    return number === undefined || pid === undefined ? pid : sharingProcesses(pid).get(Number(number));
  };
  const sharing = (part: string): readonly string[] => {
    const numbers = [...sharingProcesses(stack.pid(part) ?? 0).keys()];
    return numbers.toSorted((left, right) => left - right).map((number) => `${part}/${number}`);
  };
  const told = (what: string, part: string) => timeline.note(`${what} ${part} (pid ${pidOf(part) ?? 'none'})`);
  const signal = (part: string, name: NodeJS.Signals): void => {
    try {
      if (part.includes('/')) process.kill(pidOf(part) ?? 0, name);
      else stack.kill(part, name);
    } catch (error) {
      // The process has just ended by itself.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  // A replica that was never started does not count as a part.
  const names = () => states().flatMap(({ name, stage }) => (stage === 'stopped' && !stopped.has(name) ? [] : [name]));
  const of = (role: Role | Server): readonly string[] => {
    const own = names().filter((name) => name === role || new RegExp(`^${role}-\\d+$`).test(name));
    return own.length > 0 ? own : names().filter((name) => name === 'app');
  };
  const sharedAtFirst = new Map(names().map((part) => [part, sharing(part).length]));
  const parts: Parts = {
    of,
    sharing,
    split: !names().includes('app'),
    pid: pidOf,
    isUp: (part) =>
      part.includes('/') ? pidOf(part) !== undefined : states().some((state) => state.name === part && isUp(state)),
    async untilUp(part) {
      await eventually(
        `the recovery of ${part}`,
        () => parts.isUp(part),
        (yes) => yes,
        healing,
      );
    },
    kill(part) {
      const pid = pidOf(part);
      // The state file may name a process that has just ended.
      if (pid === undefined || !isAlive(pid)) return timeline.note(`not killed, because it is down: ${part}`);
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
      const shares = ({ name }: PartState) => sharing(name).length >= (sharedAtFirst.get(name) ?? 0);
      const down = () => states().filter((part) => part.stage !== 'stopped' && !(isUp(part) && shares(part)));
      const downNames = () => down().map(({ name }) => name);
      await eventually('the recovery of all parts', downNames, (names) => names.length === 0, healing);
      timeline.note('all parts are healthy');
    },
  };
  return parts;
}
