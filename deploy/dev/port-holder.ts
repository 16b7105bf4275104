import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';

const listen = '0A';

export interface Holder {
  readonly text: string;
  readonly fix: string;
}

/** Describes the process that listens on a port, with pid and command, and how to free the port. */
export async function describeHolder(port: number): Promise<Holder> {
  const found = process.platform === 'linux' ? holderFromProc(port) : await holderFromLsof(port);
  if (found === undefined) {
    return {
      text: 'a process of another user',
      fix: `Find it with \`sudo lsof -i :${port}\` and stop it`,
    };
  }
  return { text: `pid ${found.pid} (${found.command})`, fix: `Stop it: kill ${found.pid}` };
}

function holderFromProc(port: number): { pid: number; command: string } | undefined {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return undefined;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!hasSocket(pid, inodes)) continue;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid: Number(pid), command: shorten(command) };
  }
  return undefined;
}

function listeningInodes(port: number): Set<string> {
  const inodes = new Set<string>();
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readLines(file)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(suffix) === true && fields[3] === listen && fields[9] !== undefined)
        inodes.add(fields[9]);
    }
  }
  return inodes;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(1);
  } catch {
    return [];
  }
}

function hasSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode !== undefined && inodes.has(inode);
    });
  } catch {
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

async function holderFromLsof(port: number): Promise<{ pid: number; command: string } | undefined> {
  try {
    const { stdout } = await promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp']);
    const pid = Number(/^p(\d+)$/m.exec(stdout)?.[1]);
    const ps = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]);
    return { pid, command: shorten(ps.stdout.trim()) };
  } catch {
    return undefined;
  }
}

function shorten(command: string): string {
  return command.length > 120 ? `${command.slice(0, 117)}...` : command;
}
