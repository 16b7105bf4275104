import { describeHolder, isTakenFrom } from '../port-holder.ts';
import { isFree } from '../ports.ts';

/**
 * Rejects if another program has one of the ports of a part. Then that program has answered the probe, and the part is
 * about to end because its port is taken.
 */
export async function expectOwnPorts(pid: number, ports: readonly number[]): Promise<void> {
  const taken = ports.find((port) => isTakenFrom(pid, port));
  if (taken !== undefined) throw new Error(await tell(taken));
}

/** Which port of a part that has ended is taken, and by whom; undefined if none is. */
export async function whoHas(ports: readonly number[]): Promise<string | undefined> {
  for (const port of ports) if (!(await isFree(port))) return tell(port);
  return undefined;
}

async function tell(port: number): Promise<string> {
  return `port ${port} is used by ${(await describeHolder(port)).text}`;
}
