import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { attachStack } from '../../deploy/dev/supervisor/attach.ts';
import { serviceRoles } from '../../testkit/stack/parts.ts';
import { setting, stackAddresses, stackParts } from '../../testkit/stack/stack.ts';
import { scenario } from './support/scenario.ts';
import { startWatchers } from './support/watchers.ts';

/** True if the log says `stopped` after the last `ready`. A process that is killed does not log `stopped`. */
function stoppedInOrder(part: string): boolean {
  const log = stackParts().find(({ name }) => name === part)?.log;
  const text = readFileSync(log ?? '', 'utf8');
  // `stopped` need not be the last line: the end of a stream may be logged after it.
  return text.lastIndexOf('"msg":"stopped"') > text.lastIndexOf('"msg":"ready"');
}

// As in a cluster, a new replica starts first, and the old one stops when the new one is ready.
scenario(
  'rolling restart of every process under load: 0 requests fail, every order ends',
  async (run) => {
    const { parts, shop } = run;
    expect(parts.split, 'this test needs a separate process for each role: run `npm run test:faults`').toBe(true);
    const watchers = startWatchers(stackAddresses());
    // `parts` would start the stopped replicas again at the end of the test, so they are handled here.
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
    run.timeline.note(
      `${watchers.followed()} checkouts were followed to their end, ${watchers.resumed()} streams resumed`,
    );
    // CART_ITEM_NOT_FOUND is the race of a buyer with the end of the previous order, not a failed request.
    const unanswered = [...shop.memory.unanswered].filter(([status]) => status !== 'CART_ITEM_NOT_FOUND');
    expect(unanswered).toEqual([]);
    expect(watchers.failures).toEqual([]);
    expect(watchers.followed()).toBeGreaterThan(2);
    const verdict = await run.judge();
    expect(verdict.completed).toBeGreaterThan(10);
  },
  { timeoutMs: 900_000 },
);
