import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { attachStack } from '../../deploy/dev/supervisor/attach.ts';
import { serviceRoles } from '../../testkit/stack/parts.ts';
import { setting, stackAddresses, stackParts } from '../../testkit/stack/stack.ts';
import { scenario } from './support/scenario.ts';
import { startWatchers } from './support/watchers.ts';

/** Whether the process that was ready last said that it had stopped in order: one ended by force says no such thing. */
function stoppedInOrder(part: string): boolean {
  const log = stackParts().find(({ name }) => name === part)?.log;
  const text = readFileSync(log ?? '', 'utf8');
  // Not the last line: how a stream ended that was told to go elsewhere may be told after it.
  return text.lastIndexOf('"msg":"stopped"') > text.lastIndexOf('"msg":"ready"');
}

// What rolls here is what a cluster rolls: a new replica first, and the old one ends once that is ready.
scenario(
  'rolling restart of every process under load: 0 failed requests, every order ends',
  async (run) => {
    const { parts, shop } = run;
    expect(parts.split, 'run it with `npm run test:faults`').toBe(true);
    const watchers = startWatchers(stackAddresses());
    // Not by `parts`, which would start them again at the end to repair what the test did.
    const replicas = attachStack(setting('ECOMMERCE_STACK_STATE'));
    const load = await run.load({ buyers: 4, pauseMs: 600 });
    for (const role of serviceRoles) {
      const [first, second] = [role, `${role}-2`];
      await replicas.startPart(second);
      await load.goesOn(2);
      await parts.stop(first);
      expect(stoppedInOrder(first), first).toBe(true);
      await load.goesOn(2);
      await parts.start(first);
      await replicas.stopPart(second);
      expect(stoppedInOrder(second), second).toBe(true);
      await load.goesOn(2);
    }
    await watchers.stop();
    await load.stop();
    run.timeline.note(`${watchers.followed()} checkouts were followed, ${watchers.resumed()} streams resumed`);
    // The cart's lines that the order before has just taken out are the buyer's own race, not an unanswered request.
    const unanswered = [...shop.memory.unanswered].filter(([status]) => status !== 'CART_ITEM_NOT_FOUND');
    expect(unanswered).toEqual([]);
    expect(watchers.failures).toEqual([]);
    expect(watchers.followed()).toBeGreaterThan(2);
    const verdict = await run.judge();
    expect(verdict.completed).toBeGreaterThan(10);
  },
  { timeoutMs: 900_000 },
);
