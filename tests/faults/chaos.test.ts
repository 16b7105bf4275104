import { expect } from 'vitest';
import { planChaos, type Fault } from '../../testkit/stack/chaos.ts';
import { serviceRoles, type Parts } from '../../testkit/stack/parts.ts';
import type { Proxies } from '../../testkit/stack/proxies.ts';
import { scenario } from './support/scenario.ts';

function everyFault(parts: Parts, proxies: Proxies | undefined): Fault[] {
  const own = [...new Set(serviceRoles.flatMap((role) => parts.of(role)))];
  const servers = (['postgres', 'redis', 'temporal'] as const).flatMap((server) => parts.of(server));
  return [
    ...[...own, ...own.flatMap((part) => parts.sharing(part)), ...servers].map((part): Fault => ({
      kind: 'kill',
      part,
    })),
    ...own.map((part): Fault => ({ kind: 'freeze', part, ms: 4000 })),
    ...own.map((part): Fault => ({ kind: 'restart', part })),
    ...(proxies?.names ?? []).flatMap((proxy): Fault[] => [
      { kind: 'proxy', proxy, fault: { mode: 'reset' }, ms: 2000 },
      { kind: 'proxy', proxy, fault: { mode: 'blackhole' }, ms: 5000 },
      { kind: 'proxy', proxy, fault: { mode: 'latency', ms: 60, jitterMs: 60 }, ms: 6000 },
    ]),
  ];
}

scenario(
  'random faults for a minute under load: 0 violations, every order ends within 60 s of the last repair',
  async (run) => {
    const { parts, proxies, random } = run;
    const load = await run.load({ buyers: 14 });
    const acts = planChaos(random.fork('acts'), {
      durationMs: 60_000,
      pauseMs: { from: 1000, to: 5000 },
      faults: everyFault(parts, proxies),
    });
    await run.perform(acts);
    await proxies?.clear();
    await parts.heal();
    await load.goesOn(10);
    await load.stop();
    const verdict = await run.judge();
    expect(verdict.completed).toBeGreaterThan(10);
  },
  { timeoutMs: 420_000 },
);
