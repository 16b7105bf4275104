import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { drive, type Measured } from './statistics.ts';

/** Runs workflows that do nothing: the baseline against which checkouts are measured. */
export interface EmptyWorkflows {
  measure(users: number, seconds: number): Promise<Measured>;
  close(): Promise<void>;
}

/** Worker and client share one process and use eager start, as the platform does. This is Temporal's fastest setup. */
export async function startEmptyWorkflows(): Promise<EmptyWorkflows> {
  const address = process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233';
  const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger });
  const connection = await NativeConnection.connect({ address });
  const taskQueue = `bench-${randomUUID()}`;
  const workflowBundle = await bundleWorkflowCode({
    logger,
    workflowsPath: join(import.meta.dirname, 'workflows/empty.ts'),
  });
  const worker = await Worker.create({ connection, namespace, taskQueue, workflowBundle });
  const running = worker.run();
  const client = new Client({ connection, namespace });
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
