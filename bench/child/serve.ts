import type { Order, Report, Tasks } from './protocol.ts';

/** Runs the tasks that the benchmark orders, one after the other. The process ends with the benchmark. */
export function serve(tasks: Tasks): void {
  const report = (message: Report): void => void process.send?.(message);
  const marks = {
    began: () => report({ kind: 'mark', mark: 'began' }),
    ended: () => report({ kind: 'mark', mark: 'ended' }),
  };
  const run = async ({ task, input }: Order): Promise<Report> => {
    try {
      const work = tasks[task];
      if (work === undefined) throw new Error(`there is no task ${task}`);
      return { kind: 'done', output: await work(input as never, marks) };
    } catch (error) {
      return { kind: 'failed', error: error instanceof Error ? error.message : String(error) };
    }
  };
  process.on('message', (order: Order) => void run(order).then(report));
  process.on('disconnect', () => process.exit());
  // Ctrl-C in a terminal reaches this process, too. The benchmark decides when it ends.
  process.on('SIGINT', () => undefined);
  report({ kind: 'ready' });
}
