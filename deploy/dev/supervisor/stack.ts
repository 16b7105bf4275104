import type { Failure } from '../bootstrap/failure.mjs';
import type { Env, StackEvent } from './part.ts';

/** A running stack. This process or another one supervises it. */
export interface Stack {
  readonly profile: string;
  /** The settings with which our programs reach the stack. */
  readonly env: Env;
  /** Addresses for the user, by name. */
  readonly urls: Readonly<Record<string, string>>;
  /** The current pid of a part; undefined while it has no process. */
  pid(part: string): number | undefined;
  /** Sends a signal to a part, SIGKILL by default. If the part ends, the supervisor starts it again. */
  kill(part: string, signal?: NodeJS.Signals): void;
  /** Stops one part. It stays down until `startPart`. */
  stopPart(part: string): Promise<void>;
  /** Starts a part that is stopped or has failed; resolves when it is healthy. Does nothing if the part is running. */
  startPart(part: string): Promise<void>;
  /** Stops the whole stack; resolves when no process is left. */
  stop(): Promise<void>;
}

/** A stack that this process supervises. */
export interface OwnStack extends Stack {
  /** Resolves if a part has ended too often after the start and is given up. */
  readonly failed: Promise<Failure>;
}

export type StackListener = (event: StackEvent) => void;
