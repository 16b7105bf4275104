import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { readState } from '../../deploy/dev/supervisor/state.ts';
import { serviceRoles } from './support/parts.ts';
import { scenario } from './support/scenario.ts';
import { startWatchers } from './support/watchers.ts';

/** Whether the process said that it had stopped in order: one that is ended by force says no such thing. */
function stoppedInOrder(part: string): boolean {
  const log = readState(process.env['ECOMMERCE_STACK_STATE'] ?? '')?.parts.find(({ name }) => name === part)?.log;
  const lines = readFileSync(log ?? '', 'utf8')
    .trimEnd()
    .split('\n');
  return lines.at(-1)?.includes('"msg":"stopped"') === true;
}

// What rolls here is what a cluster rolls: a new replica first, and the old one ends once that is ready.
scenario(
  'rolling restart of every process under load: 0 failed requests, every order ends',
  async (run) => {
    const { parts, shop } = run;
    expect(parts.split, 'run it with `npm run test:faults`').toBe(true);
    const watchers = startWatchers(process.env['ECOMMERCE_API_URL'] ?? '', process.env['ECOMMERCE_GRPC_URL'] ?? '');
    const load = await run.load({ buyers: 6 });
    for (const role of serviceRoles) {
      const [first, second] = [role, `${role}-2`];
      await parts.start(second);
      await load.goesOn(2);
      await parts.stop(first);
      expect(stoppedInOrder(first), first).toBe(true);
      await load.goesOn(2);
      await parts.start(first);
      await parts.stop(second);
      expect(stoppedInOrder(second), second).toBe(true);
      await load.goesOn(2);
    }
    await watchers.stop();
    await load.stop();
    run.timeline.note(`${watchers.followed()} checkouts were followed, ${watchers.resumed()} streams resumed`);
    expect([...shop.memory.unanswered]).toEqual([]);
    expect(watchers.failures).toEqual([]);
    expect(watchers.followed()).toBeGreaterThan(2);
    const verdict = await run.judge();
    expect(verdict.completed).toBeGreaterThan(10);
  },
  { timeoutMs: 580_000 },
);
