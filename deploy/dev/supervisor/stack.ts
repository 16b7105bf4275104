import type { Failure } from '../bootstrap/failure.mjs';
import type { Env, StackEvent } from './part.ts';

/** A running stack, whether this process supervises it or another one does. */
export interface Stack {
  readonly profile: string;
  /** The settings with which a program of this project reaches the stack. */
  readonly env: Env;
  /** Addresses for people, by name. */
  readonly urls: Readonly<Record<string, string>>;
  /** The part's process now; undefined while it has none. */
  pid(part: string): number | undefined;
  /** Sends a signal to the part's process (SIGKILL unless another is given). One that ends is started again. */
  kill(part: string, signal?: NodeJS.Signals): void;
  /** Stops one part in order; it stays down until `startPart`. */
  stopPart(part: string): Promise<void>;
  /** Starts a stopped part; resolves when it is healthy, at once if it is. */
  startPart(part: string): Promise<void>;
  /** Stops all of it; resolves when no process is left. */
  stop(): Promise<void>;
}

/** A stack that this process supervises. */
export interface OwnStack extends Stack {
  /** Resolves if a part fails for good after the start. */
  readonly failed: Promise<Failure>;
}

export type StackListener = (event: StackEvent) => void;
