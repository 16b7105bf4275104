import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { describeProcess } from './bootstrap/identity.mjs';

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
  return { text: describe(found), fix: `Stop it: kill ${found.pid}` };
}

/** A process as `describeHolder` tells it. */
export function describePid(pid: number): string {
  const command = describeProcess(pid)?.command;
  return command === undefined ? `pid ${pid}` : describe({ pid, command: shorten(command) });
}

const describe = ({ pid, command }: Listener) => `pid ${pid} (${command})`;

interface Listener {
  readonly pid: number;
  readonly command: string;
}

/**
 * Whether somebody listens on a port, but none of these processes: those of the group, and what they have started. False
 * also if that cannot be known, for example because the files of one of them can't be read.
 */
export function isTakenFrom(group: number, port: number): boolean {
  if (process.platform !== 'linux') return false;
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return false;
  const members = membersOf(group);
  return members.length > 0 && members.every((pid) => hasSocket(pid, inodes) === false);
}

function membersOf(group: number): string[] {
  const rows = pids().map((pid) => ({ pid, ...parentAndGroup(pid) }));
  const children = Map.groupBy(rows, ({ parent }) => parent);
  const found = new Set<string>();
  const add = (pid: string): void => {
    if (found.has(pid)) return;
    found.add(pid);
    for (const child of children.get(pid) ?? []) add(child.pid);
  };
  for (const row of rows) if (row.group === String(group)) add(row.pid);
  return [...found];
}

function parentAndGroup(pid: string): { parent: string | undefined; group: string | undefined } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent, group };
  } catch {
    return { parent: undefined, group: undefined };
  }
}

function pids(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function holderFromProc(port: number): Listener | undefined {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return undefined;
  for (const pid of pids()) {
    if (hasSocket(pid, inodes) !== true) continue;
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

/** Whether a process has one of these sockets; undefined if this user may not know. */
function hasSocket(pid: string, inodes: ReadonlySet<string>): boolean | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode !== undefined && inodes.has(inode);
    });
  } catch (error) {
    // A process that has ended meanwhile has no socket any more.
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? false : undefined;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

async function holderFromLsof(port: number): Promise<Listener | undefined> {
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
