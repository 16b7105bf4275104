import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { cacheFolder } from './bootstrap/paths.mjs';
import { lockHolder, tryLock, unlock } from './bootstrap/lock.mjs';
import { describeHolder, describePid } from './port-holder.ts';
import type { Part, Problem } from './supervisor/part.ts';

// This range is below the ports that systems use for outgoing connections (Linux from 32768, macOS from 49152).
const first = 25_000;
const last = 31_999;

export interface Ports {
  readonly byPart: ReadonlyMap<string, Readonly<Record<string, number>>>;
  readonly problems: readonly Problem[];
  release(): void;
}

/**
 * Chooses a port for every wish of every part. Each port, preferred or not, is reserved with a lock in the tool cache
 * until `release`, so that two stacks that start at the same moment never choose the same one: a port is free until its
 * server listens, which may be a minute later. Busy ports that may not be replaced are `problems`.
 */
export async function choosePorts(parts: readonly Part[], env: NodeJS.ProcessEnv): Promise<Ports> {
  const byPart = new Map<string, Record<string, number>>();
  const problems: Problem[] = [];
  const reserved: string[] = [];
  for (const part of parts) {
    const chosen: Record<string, number> = {};
    for (const wish of part.ports) {
      const set = wish.variable === undefined ? undefined : env[wish.variable];
      const wanted = set === undefined || set === '' ? wish.fixed : Number(set);
      const strict = wish.strict === true || (set !== undefined && set !== '');
      if (wanted !== undefined && !(Number.isInteger(wanted) && wanted > 0 && wanted < 65_536)) {
        problems.push({
          part: part.name,
          what: `${wish.variable} is not a port: ${set}`,
          fix: `Set ${wish.variable} to a number from 1 to 65535, or unset it.`,
        });
      } else if (wanted !== undefined && (await reserve(wanted, reserved))) {
        chosen[wish.name] = wanted;
      } else if (wanted !== undefined && strict) {
        chosen[wish.name] = wanted;
        problems.push(await busy(part, wish.variable, wanted));
      } else {
        chosen[wish.name] = await reserveFree(reserved);
      }
    }
    byPart.set(part.name, chosen);
  }
  return { byPart, problems, release: () => reserved.forEach(unlock) };
}

async function busy(part: Part, variable: string | undefined, port: number): Promise<Problem> {
  const other = variable === undefined ? '' : `, or choose another port: ${variable}=${port + 1000}`;
  const holder = (await isFree(port)) ? describeReserver(port) : await describeHolder(port);
  return { part: part.name, what: `port ${port} is used by ${holder.text}`, fix: `${holder.fix}${other}` };
}

/** The launcher that has reserved a port on which nobody listens yet. */
function describeReserver(port: number) {
  const pid = lockHolder(lockFile(port))?.pid;
  if (pid === undefined) return { text: 'another stack', fix: 'Try again' };
  return { text: `another stack, whose launcher is ${describePid(pid)}`, fix: `Stop that stack: kill ${pid}` };
}

const lockFile = (port: number) => join(cacheFolder(), 'ports', String(port));

/** Takes the lock of a port that is free. False if the port is busy or another stack has reserved it. */
async function reserve(port: number, reserved: string[]): Promise<boolean> {
  const file = lockFile(port);
  if (!tryLock(file)) return false;
  if (await isFree(port)) {
    reserved.push(file);
    return true;
  }
  unlock(file);
  return false;
}

async function reserveFree(reserved: string[]): Promise<number> {
  const count = last - first + 1;
  const start = Math.floor(Math.random() * count);
  for (let step = 0; step < count; step++) {
    const port = first + ((start + step) % count);
    if (await reserve(port, reserved)) return port;
  }
  throw new Error(`No port between ${first} and ${last} is free: stop other stacks (npm run stop)`);
}

/** Whether a server could listen on this port now, on loopback and on all addresses. */
export async function isFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '0.0.0.0', ...(existsSync('/proc/net/if_inet6') ? ['::'] : [])]) {
    if (!(await canListen(port, host))) return false;
  }
  return true;
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'EADDRINUSE' && error.code !== 'EACCES'),
    );
    server.listen({ port, host, exclusive: true, ipv6Only: host === '::' }, () => server.close(() => resolve(true)));
  });
}
