import { readdirSync, readFileSync } from 'node:fs';

// /proc shows processor time in ticks. Linux has 100 ticks a second on every architecture.
const msPerTick = 10;

interface Process {
  readonly parent: number;
  /** Processor time of the process and of its ended children that it has waited for. */
  readonly ms: number;
}

/** One process of a tree. */
export interface Member {
  readonly pid: number;
  /** Processor time so far in ms, with that of its ended children. */
  readonly ms: number;
}

/**
 * A process and all its descendants, the process first. Linux only.
 * @throws Error if the process does not exist
 */
export function processTree(pid: number): readonly Member[] {
  const all = readProcesses();
  if (!all.has(pid)) throw new Error(`no process ${pid}`);
  const members = [...all].flatMap(([id, { ms }]) => (isWithin(all, id, pid) ? [{ pid: id, ms }] : []));
  return members.toSorted((left, right) => left.pid - right.pid);
}

/**
 * Processor time of a process and all its descendants so far, in ms. Ended descendants count. Linux only.
 * @throws Error if the process does not exist
 */
export function processorMs(pid: number): number {
  return processTree(pid).reduce((sum, { ms }) => sum + ms, 0);
}

/** Resident memory of one process in MiB. Linux only. */
export function residentMiB(pid: number): number {
  const kiB = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kiB ?? 0) / 1024;
}

function readProcesses(): ReadonlyMap<number, Process> {
  const found = new Map<number, Process>();
  for (const name of readdirSync('/proc')) {
    const line = /^\d+$/.test(name) ? statOf(name) : undefined;
    if (line !== undefined) found.set(Number(name), parseStat(line));
  }
  return found;
}

/** Undefined if the process has ended since the folder was read. */
function statOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param line content of /proc/<pid>/stat, see proc_pid_stat(5). The name in parentheses may contain spaces. */
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
