import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Tasks } from '../../child/protocol.ts';
import { drive, type Measured } from '../../statistics.ts';
import { openWindow, type Length, type Marks } from '../../window.ts';

interface EmptyLoad extends Length {
  readonly users: number;
}

interface Running {
  readonly client: Client;
  readonly taskQueue: string;
}

let running: Promise<Running> | undefined;

/**
 * Runs workflows that do nothing. Worker and client share one process and one connection without compression, and use
 * eager start. This is Temporal's fastest setup. Times: `workflow`.
 */
async function emptyWorkflows(load: EmptyLoad, marks: Marks): Promise<Measured> {
  running ??= startWorker();
  const { client, taskQueue } = await running;
  const window = openWindow(load, marks);
  return drive(window, load.users, async () => {
    const begunMs = performance.now();
    const options = { workflowId: `empty-${randomUUID()}`, taskQueue, requestEagerStart: true };
    await (await client.workflow.start('empty', options)).result();
    return { workflow: performance.now() - begunMs };
  });
}

async function startWorker(): Promise<Running> {
  const address = process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233';
  const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger });
  const connection = await NativeConnection.connect({ address, grpcCompression: { codec: 'none' } });
  const taskQueue = `bench-${randomUUID()}`;
  const workflowBundle = await bundleWorkflowCode({
    logger,
    workflowsPath: join(import.meta.dirname, 'workflow.ts'),
  });
  const worker = await Worker.create({ connection, namespace, taskQueue, workflowBundle });
  void worker.run();
  return { client: new Client({ connection, namespace }), taskQueue };
}

export const tasks = { emptyWorkflows } satisfies Tasks;
export type EmptyTasks = typeof tasks;
