import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly bytes: number;
}

/** The resident memory, in bytes, of every process together with all its descendants. Shared pages count each time. */
export function memoryByProcess(): Map<number, number> {
  const rows = process.platform === 'linux' ? fromProc() : fromPs();
  const own = new Map(rows.map((row) => [row.pid, row]));
  const total = new Map<number, number>();
  for (const row of rows) {
    const seen = new Set<number>();
    for (let at: Row | undefined = row; at !== undefined && !seen.has(at.pid); at = own.get(at.parent)) {
      seen.add(at.pid);
      total.set(at.pid, (total.get(at.pid) ?? 0) + row.bytes);
    }
  }
  return total;
}

function fromProc(): Row[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const text = readFileSync(`/proc/${name}/status`, 'utf8');
        const number = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
        return [{ pid: Number(name), parent: number('PPid'), bytes: number('VmRSS') * 1024 }];
      } catch {
        return [];
      }
    });
}

function fromPs(): Row[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [pid = 0, parent = 0, kilobytes = 0] = line.trim().split(/\s+/).map(Number);
    return { pid, parent, bytes: kilobytes * 1024 };
  });
}
