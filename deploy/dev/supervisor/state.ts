import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isSameProcess } from '../bootstrap/identity.mjs';
import type { Env, Part, Stage } from './part.ts';

/** One part, as the state file describes it. */
export interface PartState {
  readonly name: string;
  readonly title: string;
  readonly kind: Part['kind'];
  readonly stage: Stage;
  /** See `Part`. */
  readonly startsWhenAsked?: boolean;
  readonly detail?: string;
  readonly pid?: number;
  readonly identity?: string;
  readonly graceSeconds?: number;
  readonly stopSignal?: NodeJS.Signals;
  readonly from: string;
  readonly version?: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly urls: Readonly<Record<string, string>>;
  readonly log: string;
  readonly restarts: number;
}

/**
 * The content of the state file. The supervisor writes it at every change. It contains secrets, so its mode is 0600.
 */
export interface StackState {
  readonly profile: string;
  readonly root: string;
  readonly supervisor: { readonly pid: number; readonly identity: string | undefined };
  readonly startedAt: string;
  readonly ready: boolean;
  /** The loopback port on which the supervisor takes commands, and the token that they need. */
  readonly control?: { readonly port: number; readonly token: string };
  readonly env: Env;
  readonly urls: Readonly<Record<string, string>>;
  readonly parts: readonly PartState[];
}

/** Replaces the state file in one step, so that a reader never sees half of it. */
export function writeState(file: string, state: StackState): void {
  mkdirSync(dirname(file), { recursive: true });
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(aside, file);
}

/** The state of a stack; undefined if the state file is missing or broken. */
export function readState(file: string): StackState | undefined {
  try {
    const state: StackState = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(state.parts) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the supervisor that wrote this state is still running. */
export function isSupervised(state: StackState): boolean {
  return isSameProcess(state.supervisor.pid, state.supervisor.identity);
}
