import { Client } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { drive, type Measured } from './statistics.ts';

export interface EmptyWorkflows {
  measure(users: number, seconds: number): Promise<Measured>;
  close(): Promise<void>;
}

/** A worker and a client in one process, with eager start, as the platform has them: the fastest that Temporal goes. */
export async function startEmptyWorkflows(address: string): Promise<EmptyWorkflows> {
  Runtime.install({ telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } } });
  const connection = await NativeConnection.connect({ address });
  const taskQueue = `bench-${randomUUID()}`;
  const workflowBundle = await bundleWorkflowCode({ workflowsPath: join(import.meta.dirname, 'workflows/empty.ts') });
  const worker = await Worker.create({ connection, taskQueue, workflowBundle });
  const running = worker.run();
  const client = new Client({ connection });
  return {
    measure: (users, seconds) =>
      drive(users, seconds, async () => {
        const started = performance.now();
        const options = { workflowId: `empty-${randomUUID()}`, taskQueue, requestEagerStart: true };
        await (await client.workflow.start('empty', options)).result();
        return performance.now() - started;
      }),
    async close() {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}
