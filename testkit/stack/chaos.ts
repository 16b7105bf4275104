import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { Parts } from './parts.ts';
import type { Proxies, ProxyFault } from './proxies.ts';

/** One thing that is done to the running platform. */
export type Fault =
  | { readonly kind: 'kill'; readonly part: string }
  | { readonly kind: 'freeze'; readonly part: string; readonly ms: number }
  | { readonly kind: 'restart'; readonly part: string }
  | { readonly kind: 'stop'; readonly part: string; readonly ms: number }
  | { readonly kind: 'proxy'; readonly proxy: string; readonly fault: ProxyFault; readonly ms: number };

export interface Act {
  /** From the beginning. */
  readonly atMs: number;
  readonly fault: Fault;
}

export interface PlanOptions {
  readonly durationMs: number;
  /** Between two faults, drawn anew each time. */
  readonly pauseMs: { readonly from: number; readonly to: number };
  /** Faults are drawn from these. */
  readonly faults: readonly Fault[];
  /** The launcher gives a part up that ends more than 8 times a minute. Default 5. */
  readonly mostPerPart?: number;
}

/** What is done and when: the same for the same random numbers. */
export function planChaos(random: Random, options: PlanOptions): readonly Act[] {
  const { durationMs, pauseMs, faults, mostPerPart = 5 } = options;
  const acts: Act[] = [];
  const ends = new Map<string, number>();
  for (let atMs = random.between(pauseMs.from, pauseMs.to); atMs < durationMs;) {
    const fault = random.pick(faults);
    const target = fault.kind === 'proxy' ? fault.proxy : fault.part;
    const times = (ends.get(target) ?? 0) + 1;
    if (times <= mostPerPart) acts.push({ atMs, fault });
    ends.set(target, times);
    atMs += random.between(pauseMs.from, pauseMs.to);
  }
  return acts;
}

export interface Stage {
  readonly parts: Parts;
  readonly proxies?: Proxies | undefined;
}

/**
 * Does it all in time, or, where something is done to the same target still, right after that. Returns when the last
 * fault is over; nothing is repaired that does not repair itself.
 */
export async function perform(acts: readonly Act[], stage: Stage): Promise<void> {
  const began = performance.now();
  const underWay = new Map<string, Promise<void>>();
  for (const { atMs, fault } of acts) {
    await sleep(Math.max(0, began + atMs - performance.now()));
    const target = fault.kind === 'proxy' ? fault.proxy : fault.part;
    const before = underWay.get(target) ?? Promise.resolve();
    const work = before.then(() => inflict(fault, stage));
    work.catch(() => undefined);
    underWay.set(target, work);
  }
  await Promise.all(underWay.values());
}

/** Does one thing and, where it lasts, ends it. */
export async function inflict(fault: Fault, { parts, proxies }: Stage): Promise<void> {
  switch (fault.kind) {
    case 'kill':
      return parts.kill(fault.part);
    case 'freeze':
      await parts.untilUp(fault.part);
      parts.freeze(fault.part);
      await sleep(fault.ms);
      return parts.thaw(fault.part);
    case 'restart':
      await parts.untilUp(fault.part);
      return parts.restart(fault.part);
    case 'stop':
      await parts.untilUp(fault.part);
      await parts.stop(fault.part);
      await sleep(fault.ms);
      return parts.start(fault.part);
    case 'proxy':
      await proxies?.set(fault.proxy, fault.fault);
      await sleep(fault.ms);
      return proxies?.set(fault.proxy, { mode: 'pass' });
  }
}
