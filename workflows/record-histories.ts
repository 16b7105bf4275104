/**
 * Records what today's workflow code does in each situation into `workflows/histories`, for `replay.test.ts`. Run it
 * when workflows may do something new: `node workflows/record-histories.ts`. Needs TEMPORAL_ADDRESS. Old files stay as
 * long as runs of that code may be open; a change that can't replay them needs `patched()`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { WorkflowHandle } from '@temporalio/client';
import { down, gate, refused, replyLost } from './testing/faults.ts';
import { openLab } from './testing/lab.ts';
import type { Lab } from './testing/lab.ts';

type Scenario = (lab: Lab) => Promise<WorkflowHandle>;

const scenarios: Readonly<Record<string, Scenario>> = {
  'completed-local-first': (lab) => lab.order().start(),
  'completed-regular': (lab) => lab.order().start({ activityMode: 'regular' }),
  'refused-in-stage-1': (lab) => lab.order({ reserveStock: [refused('OUT_OF_STOCK')] }).start(),
  'refused-in-stage-1-regular': (lab) =>
    lab.order({ holdFunds: [refused('INSUFFICIENT_FUNDS')] }).start({ activityMode: 'regular' }),
  'refused-while-a-sibling-retries': (lab) =>
    lab.order({ claimCart: { always: down }, holdFunds: [down, refused('INSUFFICIENT_FUNDS')] }).start(),
  'given-up': (lab) =>
    lab.order({ claimCart: { always: replyLost } }).start({ policy: { ...lab.policy, giveUpAfterMs: 1_000 } }),
  'every-step-retried': (lab) => {
    const once = [down, replyLost];
    const steps = { claimCart: once, reserveStock: once, holdFunds: once, captureFunds: once, commitStock: once };
    return lab.order({ ...steps, completeOrder: once }).start();
  },
  'capture-refused': (lab) => lab.order({ captureFunds: [refused('EXPIRED')] }).start(),
  'undo-retried': (lab) => {
    const undoing = { voidHold: [down, refused('UNHEARD_OF')], releaseClaim: [replyLost], failOrder: [replyLost] };
    return lab.order({ captureFunds: [refused('EXPIRED')], ...undoing }).start();
  },
  'money-back': (lab) => {
    const order = lab.order();
    Object.assign(order.shop, { reservation: 'EXPIRED', onShelf: false });
    return order.start();
  },
  'captured-after-all': (lab) => {
    const order = lab.order({ captureFunds: [refused('EXPIRED')] });
    Object.assign(order.shop, { hold: 'CAPTURED' });
    return order.start();
  },
  'cancelled-by-update': (lab) => cancelledIn(lab, 'update'),
  'cancelled-by-request': (lab) => cancelledIn(lab, 'request'),
  'cancel-too-late': async (lab) => {
    const stop = gate();
    const order = lab.order({ commitStock: [down, stop.fault] });
    const handle = await order.start();
    await stop.reached;
    await order.cancel(handle);
    stop.open();
    return handle;
  },
  'settled-undone': (lab) => lab.order().start({ mode: 'settle' }),
  'settled-by-cancel': (lab) => lab.order().start({ mode: 'settle', cancelCause: 'cancelled by the buyer' }),
  'settled-forward': (lab) => {
    const order = lab.order();
    Object.assign(order.shop, { hold: 'CAPTURED', reservation: 'ACTIVE' });
    return order.start({ mode: 'settle' });
  },
  refunded: async (lab) => {
    const order = lab.order({ restock: [replyLost] });
    await order.run();
    return order.refund();
  },
  'not-refundable': async (lab) => {
    const order = lab.order();
    await order.run({ mode: 'settle' });
    return order.refund();
  },
};

async function cancelledIn(lab: Lab, way: 'update' | 'request'): Promise<WorkflowHandle> {
  const stop = gate(down);
  const order = lab.order({ holdFunds: [down, stop.fault, down, down] });
  const handle = await order.start();
  await stop.reached;
  if (way === 'request') await handle.cancel();
  const answer = way === 'update' ? order.cancel(handle) : undefined;
  stop.open();
  await answer;
  return handle;
}

/** A stack says where the code stood on one machine; that doesn't belong in the repository. */
function scrub(key: string, value: unknown): unknown {
  return key === 'stackTrace' ? '' : value;
}

const folder = join(import.meta.dirname, 'histories');
await mkdir(folder, { recursive: true });
const lab = await openLab();
try {
  for (const [name, play] of Object.entries(scenarios)) {
    const handle = await play(lab);
    await handle.result();
    const history: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()));
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(history, scrub)}\n`);
    console.log(`recorded ${name}`);
  }
} finally {
  await lab.close();
}
