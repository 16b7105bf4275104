/**
 * `npm run bench [seconds]`: compares checkouts with empty workflows on the same servers in one run. Absolute rates differ
 * between machines; the ratios can be compared. All roles run in one process.
 */
import { measureCheckouts, prepareBuyers } from './checkouts.ts';
import { startEmptyWorkflows } from './empty-workflows.ts';
import { migrate, startPlatform } from './platform.ts';
import type { Measured } from './statistics.ts';

const seconds = Number(process.argv[2] ?? 10);
const loads = [1, 16];

function print(what: string, users: number, measured: Measured, baseline?: Measured): void {
  const { perSecond, p50, p99 } = measured;
  const ratio =
    baseline === undefined
      ? ''
      : `  rate ÷ empty ${(perSecond / baseline.perSecond).toFixed(2)}, p50 ÷ empty ${(p50 / baseline.p50).toFixed(1)}`;
  console.log(
    `${what.padEnd(24)} ${String(users).padStart(3)} at once ${perSecond.toFixed(1).padStart(7)}/s` +
      `  p50 ${p50.toFixed(0).padStart(4)} ms  p99 ${p99.toFixed(0).padStart(4)} ms${ratio}`,
  );
}

migrate();
const empty = await startEmptyWorkflows();
const baselines = new Map<number, Measured>();
for (const users of loads) {
  const measured = await empty.measure(users, seconds);
  baselines.set(users, measured);
  print('empty workflow', users, measured);
}
await empty.close();

for (const activityMode of ['local-first', 'regular']) {
  const platform = await startPlatform({ CHECKOUT_ACTIVITY_MODE: activityMode });
  try {
    const idle = platform.memoryMiB();
    const buyers = await prepareBuyers(platform.baseUrl, Math.max(...loads));
    for (const users of loads) {
      const measured = await measureCheckouts(buyers, users, seconds);
      print(`checkout, ${activityMode}`, users, measured, baselines.get(users));
    }
    console.log(`memory of the process: ${idle} MiB after the start, ${platform.memoryMiB()} MiB after the load`);
  } finally {
    await platform.stop();
  }
}
