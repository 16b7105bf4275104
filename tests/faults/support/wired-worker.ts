import { serviceAddresses, addressOf } from './addresses.ts';
import { spawnOwn, type Spawned } from './own-process.ts';
import type { Scenario } from './scenario.ts';
import { openWire, type Hazard } from './wire.ts';

/** The only worker there is: a process of the test's own, whose calls of the services go over a wire. */
export interface WiredWorker {
  /** Resolves when it takes workflows on, or was killed before; one that runs goes on. */
  start(): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Stops the stack's workers, until the run is judged; its own is not started yet, and ends with the run. */
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
        // One that was killed before it was ready has done its part.
        if (current !== started) return;
        timeline.note(`the worker did not start: ${String(error)}`);
        throw error;
      }
    },
    kill,
  };
}
