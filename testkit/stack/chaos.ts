import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { Parts } from './parts.ts';
import type { Proxies, ProxyFault } from './proxies.ts';

/** A fault that is injected into the running platform. */
export type Fault =
  | { readonly kind: 'kill'; readonly part: string }
  | { readonly kind: 'freeze'; readonly part: string; readonly ms: number }
  | { readonly kind: 'restart'; readonly part: string }
  | { readonly kind: 'stop'; readonly part: string; readonly ms: number }
  | { readonly kind: 'proxy'; readonly proxy: string; readonly fault: ProxyFault; readonly ms: number };

export interface Act {
  /** Milliseconds from the beginning. */
  readonly atMs: number;
  readonly fault: Fault;
}

export interface PlanOptions {
  readonly durationMs: number;
  /** The range from which each pause between two faults is drawn. */
  readonly pauseMs: { readonly from: number; readonly to: number };
  /** The faults to draw from. */
  readonly faults: readonly Fault[];
  /** The most faults for one part. Default 5: the launcher gives up a part that ends more than 8 times a minute. */
  readonly mostPerPart?: number;
}

/** Plans which faults come when. The same random numbers give the same plan. */
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
 * Injects the planned faults at their times. A fault waits until an earlier fault of the same target is over. Returns when
 * the last fault is over and repairs nothing.
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

/** Injects one fault; if the fault has a duration, waits for it and ends the fault. */
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
