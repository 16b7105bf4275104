import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname } from 'node:path';
import type { Marks } from '../window.ts';
import type { Report, Tasks } from './protocol.ts';

/** A process of the benchmark that runs tasks. */
export interface Child<All extends Tasks> {
  readonly pid: number;
  /**
   * Runs a task. `marks` are called when its measured time begins and ends.
   * @throws Error with the message of the task's error, or if the child ends
   */
  run<Name extends keyof All & string>(
    task: Name,
    input: Parameters<All[Name]>[0],
    marks?: Marks,
  ): Promise<Awaited<ReturnType<All[Name]>>>;
  stop(): Promise<void>;
}

const noMarks: Marks = { began: () => undefined, ended: () => undefined };

/** @param file the program, which calls `serve`. Its folder is its name for people */
export async function startChild<All extends Tasks>(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Child<All>> {
  const child = fork(file, { env, serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] });
  const name = basename(dirname(file));
  await reported(child, name, noMarks);
  const run = async (task: string, input: unknown, marks: Marks) => {
    const reply = reported(child, name, marks);
    child.send({ task, input });
    return reply;
  };
  return {
    pid: child.pid ?? 0,
    // The child answers what the task gives, so the type is that of the task.
    run: (task, input, marks = noMarks) => run(task, input, marks) as Promise<never>,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The output of the running task. The first report of a child says that it is ready. */
function reported(child: ChildProcess, name: string, marks: Marks): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const onMessage = (report: Report): void => {
    if (report.kind === 'mark') marks[report.mark]();
    else if (report.kind === 'failed') reject(new Error(report.error));
    else resolve(report.kind === 'done' ? report.output : undefined);
  };
  const onExit = (code: number | null, signal: string | null): void =>
    reject(new Error(`the process ${name} ended (${signal ?? `exit code ${code}`})`));
  child.on('message', onMessage).once('exit', onExit).once('error', reject);
  return promise.finally(() => {
    child.off('message', onMessage).off('exit', onExit).off('error', reject);
  });
}
