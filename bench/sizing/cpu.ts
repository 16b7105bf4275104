import { readdirSync, readFileSync } from 'node:fs';

// What Linux counts processor time in, for whoever reads /proc: 100 ticks a second on every architecture.
const msPerTick = 10;

interface Process {
  readonly parent: number;
  /** Its own time and that of children which have ended and been waited for. */
  readonly ms: number;
}

/**
 * Processor time that a process and all that came from it have used so far, in ms, running or ended. Linux only.
 * @throws Error if there is no such process
 */
export function processorMs(pid: number): number {
  const all = readProcesses();
  if (!all.has(pid)) throw new Error(`no process ${pid}`);
  let sum = 0;
  for (const [id, { ms }] of all) if (isWithin(all, id, pid)) sum += ms;
  return sum;
}

function readProcesses(): ReadonlyMap<number, Process> {
  const found = new Map<number, Process>();
  for (const name of readdirSync('/proc')) {
    const line = /^\d+$/.test(name) ? statOf(name) : undefined;
    if (line !== undefined) found.set(Number(name), parseStat(line));
  }
  return found;
}

/** Undefined if it has ended meanwhile. */
function statOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param line of /proc/<pid>/stat; see proc_pid_stat(5). The name, in parentheses, may hold spaces. */
export function parseStat(line: string): Process {
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = fields.slice(11, 15).reduce((sum, each) => sum + each, 0);
  return { parent: fields[1] ?? 0, ms: ticks * msPerTick };
}

function isWithin(all: ReadonlyMap<number, Process>, pid: number, ancestor: number): boolean {
  for (let id = pid; id > 0; id = all.get(id)?.parent ?? 0) if (id === ancestor) return true;
  return false;
}
