import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createServer, type AddressInfo } from 'node:net';

const root = join(import.meta.dirname, '../../..');
const READY_WITHIN_MS = 60_000;

/** A worker process of the test's own, whose calls go where the test says. */
export interface TestWorker {
  /** Resolves when it takes workflows on. */
  start(): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export function testWorker(servicesAddress: string): TestWorker {
  let child: ChildProcess | undefined;

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await gone;
  }

  return {
    async start() {
      const port = await freePort();
      const called = ['PRODUCTS', 'WALLET', 'CART', 'ORDER'].map((role) => [`${role}_ADDRESS`, servicesAddress]);
      const settings = { SERVICES_ADDRESS: servicesAddress, HTTP_PORT: String(port), NODE_ENV: 'development' };
      const env = { ...process.env, ...settings, ...Object.fromEntries(called) };
      const started = spawn(process.execPath, ['services/main.ts', 'worker'], { cwd: root, env, stdio: 'ignore' });
      child = started;
      const deadline = Date.now() + READY_WITHIN_MS;
      while (!(await isReady(port))) {
        if (child !== started) return;
        if (started.exitCode !== null) throw new Error(`the worker ended with status ${started.exitCode}`);
        if (Date.now() > deadline) throw new Error('the worker did not become ready');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

async function isReady(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
