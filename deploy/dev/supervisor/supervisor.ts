import { join } from 'node:path';
import type { Failure } from '../bootstrap/failure.mjs';
import { inDependencyOrder } from './graph.ts';
import type { Part, Way } from './part.ts';
import { createRunner, type Runner } from './runner.ts';
import type { StackListener } from './stack.ts';

export interface SupervisorDeps {
  readonly parts: readonly Part[];
  readonly wayOf: (part: string) => Way;
  readonly portsOf: (part: string) => readonly number[];
  readonly logFolder: string;
  readonly onEvent: StackListener;
  /** See `StartOptions`. */
  readonly survives?: (part: string, failure: Failure) => boolean;
}

/** Starts, watches and stops the parts of one stack. The only files that it writes are the logs of the parts. */
export interface Supervisor {
  readonly failed: Promise<Failure>;
  runnerOf(part: string): Runner;
  /**
   * Prepares all parts at once, and starts each as soon as the parts that it depends on are healthy. Rejects with the
   * first Failure.
   */
  start(signal: AbortSignal): Promise<void>;
  /** Stops all parts, each after the parts that depend on it. */
  stop(): Promise<void>;
}

export function createSupervisor({ parts, wayOf, portsOf, logFolder, onEvent, survives }: SupervisorDeps): Supervisor {
  const runners = new Map<string, Runner>();
  const listeners = new Set<() => void>();
  const givenUp = Promise.withResolvers<Failure>();

  const runnerOf = (name: string): Runner => {
    const runner = runners.get(name);
    if (runner === undefined)
      throw new Error(`There is no part called ${name}; there are ${[...runners.keys()].join(', ')}`);
    return runner;
  };
  const isUp = (name: string): boolean => ['healthy', 'done'].includes(runnerOf(name).stage());
  const dependenciesHealthy = async (part: Part, signal: AbortSignal): Promise<void> => {
    while (!part.dependsOn.every(isUp)) {
      const changed = Promise.withResolvers<void>();
      const wake = () => changed.resolve();
      listeners.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      await changed.promise;
      signal.removeEventListener('abort', wake);
      listeners.delete(wake);
      signal.throwIfAborted();
    }
  };

  for (const part of parts) {
    const runner = createRunner({
      part,
      way: wayOf(part.name),
      ports: portsOf(part.name),
      logFile: join(logFolder, `${part.name}.log`),
      onChange: (stage, detail) => {
        onEvent({ part: part.name, title: part.title, stage, ...(detail === undefined ? {} : { detail }) });
        for (const wake of listeners) wake();
      },
      onGivenUp: (failure) => {
        if (survives?.(part.name, failure) !== true) givenUp.resolve(failure);
      },
      dependenciesHealthy: (signal) => dependenciesHealthy(part, signal),
    });
    runners.set(part.name, runner);
  }

  return {
    failed: givenUp.promise,
    runnerOf,
    async start(signal) {
      const prepared = new Map(parts.map((part) => [part.name, runnerOf(part.name).prepare(signal)]));
      for (const work of prepared.values()) work.catch(() => {});
      await inOrder(
        inDependencyOrder(parts),
        (part) => part.dependsOn,
        async (part) => {
          await prepared.get(part.name);
          signal.throwIfAborted();
          if (part.startsWhenAsked === true) await runnerOf(part.name).stop();
          else await runnerOf(part.name).start();
        },
      );
    },
    async stop() {
      await inOrder(
        inDependencyOrder(parts).toReversed(),
        (part) => parts.filter((other) => other.dependsOn.includes(part.name)).map((other) => other.name),
        (part) => runnerOf(part.name).stop(),
      );
    },
  };
}

/**
 * Runs `act` on each part as soon as `act` is done for the parts that it waits for. Rejects with the first rejection.
 */
async function inOrder(
  parts: readonly Part[],
  waitsFor: (part: Part) => readonly string[],
  act: (part: Part) => Promise<void>,
): Promise<void> {
  const over = new Map<string, Promise<void>>();
  for (const part of parts) {
    const before = Promise.all(waitsFor(part).map(async (name) => over.get(name)));
    over.set(
      part.name,
      before.then(() => act(part)),
    );
  }
  await Promise.all(over.values());
}
