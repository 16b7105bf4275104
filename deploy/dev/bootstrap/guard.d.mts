import type { ChildProcess, SpawnOptions } from 'node:child_process';

export interface GuardOptions extends SpawnOptions {
  /** The signal that asks the leader of the group to stop if the launcher ends. Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** How long the leader may take to stop. Then the whole group is killed. Default 5. */
  readonly graceSeconds?: number;
}
export declare function spawnGuarded(program: string, args: readonly string[], options?: GuardOptions): ChildProcess;
export declare function killGroup(group: number): void;
export declare function groupGone(group: number): Promise<void>;
