import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isSameProcess } from '../bootstrap/identity.mjs';
import type { Env, Part, Stage } from './part.ts';

/** One part as others may see it. */
export interface PartState {
  readonly name: string;
  readonly title: string;
  readonly kind: Part['kind'];
  readonly stage: Stage;
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

/** What a supervisor writes down about its stack, at every change. Holds development secrets: mode 0600. */
export interface StackState {
  readonly profile: string;
  readonly root: string;
  readonly supervisor: { readonly pid: number; readonly identity: string | undefined };
  readonly startedAt: string;
  readonly ready: boolean;
  /** Where the supervisor takes commands, on loopback, and the word that it asks for. */
  readonly control?: { readonly port: number; readonly token: string };
  readonly env: Env;
  readonly urls: Readonly<Record<string, string>>;
  readonly parts: readonly PartState[];
}

/** Replaces the state file in one step: a reader never sees half of it. */
export function writeState(file: string, state: StackState): void {
  mkdirSync(dirname(file), { recursive: true });
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(aside, file);
}

/** The state last written; undefined where there is none that can be read. */
export function readState(file: string): StackState | undefined {
  try {
    const state: StackState = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(state.parts) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the supervisor that wrote this is still there. */
export function isSupervised(state: StackState): boolean {
  return isSameProcess(state.supervisor.pid, state.supervisor.identity);
}
