import { describeProcess } from '../../deploy/dev/bootstrap/identity.mjs';
import { readProcesses } from '../../deploy/dev/ui/memory.ts';

/** The command line of runtime/processes/child.ts, and of the program that stands for it in tests. */
const sharing = /processes\/(?:testing\/)?child\.ts (\d+)\//;

/** The pids of the processes that share the ports of a part now, by their number. None if the part is one process. */
export function sharingProcesses(parent: number): ReadonlyMap<number, number> {
  const children = readProcesses().children(parent);
  return new Map(
    children.flatMap((pid) => {
      const number = sharing.exec(describeProcess(pid)?.command ?? '')?.[1];
      return number === undefined ? [] : [[Number(number), pid] as const];
    }),
  );
}
