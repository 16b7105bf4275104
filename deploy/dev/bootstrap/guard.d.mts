import type { ChildProcess, SpawnOptions } from 'node:child_process';

export interface GuardOptions extends SpawnOptions {
  /** Sent to the group's leader if the launcher vanishes. */
  readonly stopSignal?: NodeJS.Signals;
  /** How long the leader may take after that. */
  readonly graceSeconds?: number;
}
export declare function spawnGuarded(program: string, args: readonly string[], options?: GuardOptions): ChildProcess;
export declare function killGroup(group: number): void;
export declare function groupGone(group: number): Promise<void>;
