import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { runIn } from './checkout.ts';

const withinMs = 60_000;
const ready = z.object({ msg: z.literal('ready'), http: z.url(), grpc: z.url() });

export interface Platform {
  readonly http: string;
  readonly grpc: string;
  readonly stop: () => Promise<void>;
}

/** Brings the databases up to date and runs every role of a checkout in one process, on free ports. */
export async function startPlatform(folder: string): Promise<Platform> {
  const migrated = await runIn(folder, process.execPath, 'runtime/migrate.ts');
  if (migrated.code !== 0) throw new Error(migrated.output);
  const env = { ...process.env, HTTP_PORT: '0', GRPC_PORT: '0', HOST: '127.0.0.1', LOG_PRETTY: 'false' };
  const args = ['--disable-warning=ExperimentalWarning', 'runtime/main.ts', 'all'];
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  const told: string[] = [];
  const addresses = new Promise<z.infer<typeof ready>>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      told.push(line);
      const read = ready.safeParse(parseJson(line));
      if (read.success) resolve(read.data);
    });
    child.once('exit', (code) => reject(new Error(`it ended with ${code}:\n${told.join('\n')}`)));
    AbortSignal.timeout(withinMs).addEventListener('abort', () => reject(new Error(`not ready:\n${told.join('\n')}`)));
  });
  const { http, grpc } = await addresses.catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { http, grpc, stop };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
