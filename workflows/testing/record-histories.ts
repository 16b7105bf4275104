/**
 * Records what today's workflow code does in each scenario into `workflows/histories`, for `replay.test.ts`. Run it
 * when workflows may do something new: `npm run record-histories`, or `npm run record-histories -- audit` for the
 * scenarios whose names have "audit" in them. Keep old files as long as runs of the old code may be open: a change that
 * can't replay them needs `patched()`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { WorkflowHandle } from '@temporalio/client';
import { down, barrier, refused, replyLost } from './faults.ts';
import { activityModes } from '../contract/checkout.ts';
import { eventually } from '../../platform/testing/eventually.ts';
import { openLab } from './lab.ts';
import type { Lab } from './lab.ts';
import type { CheckoutInput } from '../contract/checkout.ts';
import type { AuditConcern } from '../contract/audit.ts';

type Changes = Partial<CheckoutInput>;
type Scenario = (lab: Lab, mode: Changes) => Promise<WorkflowHandle>;

/** Every way in which a checkout can end, and what can happen before. Each is recorded in every activity mode. */
const checkouts: Readonly<Record<string, Scenario>> = {
  completed: (lab, mode) => lab.order().start(mode),
  'every-step-retried': (lab, mode) => {
    const once = [down, replyLost];
    const steps = { claimCart: once, reserveStock: once, holdFunds: once, captureFunds: once, commitStock: once };
    return lab.order({ ...steps, completeOrder: once }).start(mode);
  },
  'refused-in-stage-1': (lab, mode) => lab.order({ reserveStock: [refused('OUT_OF_STOCK')] }).start(mode),
  'refused-with-its-reason': (lab, mode) =>
    lab.order({ holdFunds: [refused('INSUFFICIENT_FUNDS')] }).start({ ...mode, setsReason: true }),
  'refused-while-a-sibling-retries': (lab, mode) =>
    lab.order({ claimCart: { always: down }, holdFunds: [down, refused('INSUFFICIENT_FUNDS')] }).start(mode),
  'given-up': (lab, mode) =>
    lab.order({ claimCart: { always: replyLost } }).start({ ...mode, policy: { ...lab.policy, giveUpAfterMs: 1_000 } }),
  'capture-refused': (lab, mode) => lab.order({ captureFunds: [refused('EXPIRED')] }).start(mode),
  'undo-retried': (lab, mode) => {
    const undoing = { voidHold: [down, refused('UNHEARD_OF')], releaseClaim: [replyLost], failOrder: [replyLost] };
    return lab.order({ captureFunds: [refused('EXPIRED')], ...undoing }).start(mode);
  },
  'undone-and-restocked': (lab, mode) => {
    const order = lab.order({ captureFunds: [refused('EXPIRED')] });
    Object.assign(order.shop, { reservation: 'COMMITTED' });
    return order.start(mode);
  },
  'money-back': (lab, mode) => {
    const order = lab.order();
    Object.assign(order.shop, { reservation: 'EXPIRED', hasFreeStock: false });
    return order.start(mode);
  },
  'captured-after-all': (lab, mode) => {
    const order = lab.order({ captureFunds: [refused('EXPIRED')] });
    Object.assign(order.shop, { hold: 'CAPTURED' });
    return order.start(mode);
  },
  'ended-otherwise': (lab, mode) => {
    const order = lab.order();
    Object.assign(order.shop, { order: { status: 'CANCELLED' } });
    return order.start(mode);
  },
  'cancelled-by-update': (lab, mode) => cancelledIn(lab, 'update', mode),
  'cancelled-by-request': (lab, mode) => cancelledIn(lab, 'request', mode),
  'cancel-too-late': async (lab, mode) => {
    const stop = barrier();
    const order = lab.order({ commitStock: [down, stop.fault] });
    const handle = await order.start(mode);
    await stop.reached;
    await order.cancel(handle);
    stop.open();
    return handle;
  },
  'settled-undone': (lab, mode) => lab.order().start({ ...mode, mode: 'settle' }),
  'settled-by-cancel': (lab, mode) =>
    lab.order().start({ ...mode, mode: 'settle', cancelCause: 'cancelled by the buyer' }),
  'settled-forward': (lab, mode) => {
    const order = lab.order();
    Object.assign(order.shop, { hold: 'CAPTURED', reservation: 'ACTIVE' });
    return order.start({ ...mode, mode: 'settle' });
  },
};

/** What can only happen to an attempt at all steps. */
const attempts: Readonly<Record<string, Scenario>> = {
  'attempt-lost': (lab, mode) => lab.order({ attemptCheckout: [replyLost] }).start(mode),
  'attempt-partly-answered': (lab, mode) => lab.order({ reserveStock: [replyLost], holdFunds: [down] }).start(mode),
  'capture-unanswered': (lab, mode) => lab.order({ captureFunds: [replyLost] }).start(mode),
};

/** A refund runs its steps as regular activities only. */
const refunds: Readonly<Record<string, (lab: Lab) => Promise<WorkflowHandle>>> = {
  refunded: async (lab) => {
    const order = lab.order();
    await order.run();
    return order.refund();
  },
  'refund-retried': async (lab) => {
    const once = [down, replyLost];
    const order = lab.order({ readOrder: [down], refundFunds: once, restock: once, cancelOrder: once });
    await order.run();
    return order.refund();
  },
  'refunded-before': async (lab) => {
    const order = lab.order();
    await order.run();
    await (await order.refund()).result();
    return order.refund();
  },
  'not-refundable': async (lab) => {
    const order = lab.order();
    await order.run({ mode: 'settle' });
    return order.refund();
  },
};

const concern: AuditConcern = { id: 'hold_captured_once', name: 'A hold is captured once', count: 2, example: '{}' };

const audits: Readonly<Record<string, (lab: Lab) => Promise<WorkflowHandle>>> = {
  'audit-clean': (lab) => lab.audit({ checked: 40, broken: [], late: [] }),
  'audit-broken-and-late': (lab) => lab.audit({ checked: 40, broken: [concern], late: [concern] }),
  'audit-retried': (lab) => lab.audit(new Error('the books are closed'), { checked: 40, broken: [], late: [concern] }),
};

/** What is still open when it is recorded. The rest of an audit takes at least three minutes. */
const openOnes: Readonly<Record<string, (lab: Lab) => Promise<WorkflowHandle>>> = {
  'audit-rests': async (lab) => {
    const handle = await lab.audit({ checked: 40, broken: [], late: [], seconds: 25 });
    const begun = async () =>
      (await handle.fetchHistory()).events?.some(({ timerStartedEventAttributes: timer }) => timer != null);
    await eventually('the rest of the audit', begun, (found) => found === true);
    return handle;
  },
};

async function cancelledIn(lab: Lab, way: 'update' | 'request', mode: Changes): Promise<WorkflowHandle> {
  const stop = barrier(down);
  const order = lab.order({ holdFunds: [down, stop.fault, down, down] });
  const handle = await order.start(mode);
  await stop.reached;
  if (way === 'request') await handle.cancel();
  const answer = way === 'update' ? order.cancel(handle) : undefined;
  stop.open();
  await answer;
  return handle;
}

/** Removes stack traces, since they name paths of the machine that recorded them. */
function scrub(key: string, value: unknown): unknown {
  return key === 'stackTrace' ? '' : value;
}

const folder = join(import.meta.dirname, '../histories');
await mkdir(folder, { recursive: true });
const lab = await openLab();

const wanted = process.argv[2] ?? '';

async function record(name: string, play: () => Promise<WorkflowHandle>, isOpen = false): Promise<void> {
  if (!name.includes(wanted)) return;
  const handle = await play();
  if (!isOpen) await handle.result();
  const history: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()));
  if (isOpen) await handle.terminate('it is recorded');
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(history, scrub)}\n`);
  console.log(`recorded ${name}`);
}

try {
  for (const [name, play] of Object.entries(checkouts)) {
    for (const activityMode of activityModes)
      await record(`${name}-${activityMode}`, () => play(lab, { activityMode }));
  }
  for (const [name, play] of Object.entries(attempts)) {
    await record(`${name}-grouped`, () => play(lab, { activityMode: 'grouped' }));
  }
  for (const [name, play] of Object.entries({ ...refunds, ...audits })) await record(name, () => play(lab));
  for (const [name, play] of Object.entries(openOnes)) await record(name, () => play(lab), true);
} finally {
  await lab.close();
}
