import { availableParallelism, totalmem } from 'node:os';
import { servesRpc, type Role } from '../registry.ts';

export interface Machine {
  /** Cores that this program may use. Node counts the CPU limit of a container. */
  readonly cores: number;
  /** Memory that this program may use: the limit of its container, or all of the machine's. */
  readonly memoryBytes: number;
}

export function thisMachine(): Machine {
  const limit = process.constrainedMemory();
  return { cores: availableParallelism(), memoryBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem() };
}

/** The servers on the same machine need cores, too, and each process needs connections to Postgres. */
const mostByItself = 4;
/** A process has at most 400 MiB under load. The rest is a share of the parent's. */
const memoryOfOneBytes = 512 * 1024 * 1024;

/**
 * How many processes serve the roles (PROCESSES). `auto` is one for each core, at most four and no more than fit into
 * the memory. With a single role it is one: such a role gets more cores by replicas.
 */
export function processCount(wanted: number | 'auto', roles: readonly Role[], machine: Machine): number {
  if (wanted !== 'auto') return wanted;
  if (roles.filter(servesRpc).length < 2) return 1;
  const fit = Math.floor(machine.memoryBytes / memoryOfOneBytes);
  return Math.max(1, Math.min(machine.cores, mostByItself, fit));
}

const fewestConnections = 4;

/**
 * The connections to Postgres that each process has for a service: its share of PG_POOL_SIZE, but at least 4, since a
 * long statement must not hold up all others.
 */
export function poolSizeOfEach(poolSize: number, processes: number): number {
  return Math.min(poolSize, Math.max(fewestConnections, Math.ceil(poolSize / processes)));
}

/** A process's share of something that the cores limit, at least `least`. */
export function shareOf(amount: number, processes: number, least = 1): number {
  return Math.max(least, Math.ceil(amount / processes));
}
