import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface Row {
  readonly pid: number;
  readonly parent: number;
  /** Resident memory in bytes, if the list of processes contains it. */
  readonly bytes?: number;
}

/** The processes that run now. */
export interface ProcessTable {
  /** The memory of a process and all its descendants, in bytes. On Linux, shared pages count only once. */
  memory(pid: number): number;
  /** The pids of the processes that a process has started. */
  children(pid: number): readonly number[];
}

export function readProcesses(): ProcessTable {
  const rows = process.platform === 'linux' ? fromProc() : fromPs();
  const children = Map.groupBy(rows, ({ parent }) => parent);
  const bytesOf = new Map(rows.map(({ pid, bytes }) => [pid, bytes]));
  const total = (pid: number): number => {
    const own = bytesOf.get(pid) ?? readBytes(pid);
    return (children.get(pid) ?? []).reduce((sum, child) => sum + total(child.pid), own);
  };
  return { memory: total, children: (pid) => (children.get(pid) ?? []).map((child) => child.pid) };
}

function fromProc(): Row[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => {
    const stat = read(`/proc/${pid}/stat`);
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid: Number(pid), parent: Number(parent) };
  });
}

// The proportional set size (PSS) divides a shared page among its processes. The processes of Postgres share one big
// cache, which would otherwise count many times.
function readBytes(pid: number): number {
  const proportional = /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
  const resident = /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1];
  return Number(proportional ?? resident ?? 0) * 1024;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function fromPs(): Row[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [pid = 0, parent = 0, kilobytes = 0] = line.trim().split(/\s+/).map(Number);
    return { pid, parent, bytes: kilobytes * 1024 };
  });
}
