import { serviceAddresses, addressOf } from './addresses.ts';
import { spawnOwn, type Spawned } from './own-process.ts';
import type { Scenario } from './scenario.ts';
import { openWire, type Hazard } from './wire.ts';

/** The only worker of a test. It is a separate process whose calls of services go through a wire. */
export interface WiredWorker {
  /** Starts the worker if it does not run. Resolves when it is ready, or has been killed before that. */
  start(): Promise<void>;
  /** Sends SIGKILL. Resolves when the worker has ended. */
  kill(): Promise<void>;
}

/** Stops the stack's workers until the run is judged. The new worker is not started yet, and ends with the run. */
export async function openWiredWorker({ parts, timeline, atEnd }: Scenario, hazard: Hazard): Promise<WiredWorker> {
  for (const worker of parts.of('worker')) await parts.stop(worker);
  const wire = await openWire(addressOf, hazard);
  let current: Spawned | undefined;

  atEnd(async () => {
    await current?.kill();
    await wire.close();
  });

  async function kill(): Promise<void> {
    const killed = current;
    current = undefined;
    if (killed === undefined) return;
    timeline.note('kill -9 of the worker on the wire');
    await killed.kill();
  }

  return {
    async start() {
      const started = (current ??= spawnOwn(
        ['worker'],
        serviceAddresses(() => wire.url),
      ));
      try {
        await started.ready;
      } catch (error) {
        // The worker was killed on purpose before it was ready.
        if (current !== started) return;
        timeline.note(`the worker did not start: ${String(error)}`);
        throw error;
      }
    },
    kill,
  };
}
