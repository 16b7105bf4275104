import { securityMutations } from './security.ts';

/** One fault that somebody could put into the code, and the tests that must notice. */
export interface Mutation {
  /** What is broken, in the words of a reader of the reliability page. */
  readonly name: string;
  /** What it would cost. */
  readonly cost: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly from: string;
  readonly to: string;
  readonly tests: readonly string[];
}

const wallet = ['services/wallet'];
const stock = ['services/products/reserve', 'services/products/reservation', 'services/products/stock'];
const cart = ['services/cart'];
const order = ['services/order'];
const saga = ['workflows/checkout.test.ts', 'workflows/cancel.test.ts', 'workflows/settle.test.ts'];

export const mutations: readonly Mutation[] = [
  {
    name: 'the unique key “one live claim per cart” is dropped',
    cost: 'ten checkouts of one cart charge ten times',
    file: 'drizzle/cart/0000_initial.sql',
    from: 'CREATE UNIQUE INDEX "claims_one_live_per_user"',
    to: 'CREATE INDEX "claims_one_live_per_user"',
    tests: cart,
  },
  {
    name: 'a claim is made for any version of the cart',
    cost: 'a cart that was edited after the price was shown is bought as it is now',
    file: 'services/cart/domain/claim.ts',
    from: 'if (cart.version !== cartVersion) throw cartChanged(cart.version);',
    to: '',
    tests: cart,
  },
  {
    name: 'the inbox check is left out',
    cost: 'an event that comes twice has two effects',
    file: 'platform/events/inbox.ts',
    from: 'if (mark.length === 0) return false;',
    to: '',
    tests: ['platform/events/inbox.test.ts', ...cart],
  },
  {
    name: 'products are locked in any order',
    cost: 'carts (A, B) and (B, A) wait for each other for ever',
    file: 'services/products/repository/stock.ts',
    from: ".orderBy(products.id)\n        .for('no key update')",
    to: ".orderBy(sql`random()`)\n        .for('no key update')",
    tests: stock,
  },
  {
    name: 'products are read without a lock (FOR NO KEY UPDATE)',
    cost: 'the last piece is sold twice',
    file: 'services/products/repository/stock.ts',
    from: ".orderBy(products.id)\n        .for('no key update')",
    to: '.orderBy(products.id)',
    tests: stock,
  },
  {
    name: 'a release leaves no tombstone',
    cost: 'a reserve that comes late keeps stock for ever',
    file: 'services/products/domain/release.ts',
    from: "await repository.claimReservation(orderId, 'RELEASED', 0)",
    to: 'undefined',
    tests: stock,
  },
  {
    name: 'a refused commit is not remembered',
    cost: 'goods leave after their money went back',
    file: 'services/products/domain/commit.ts',
    from: "await repository.changeReservation(orderId, { state: 'RELEASED', refusal });",
    to: '',
    tests: stock,
  },
  {
    name: 'a restock happens on every repeat',
    cost: 'stock that nobody has',
    file: 'services/products/domain/restock.ts',
    from: 'if (reservation.restocked) return undefined;',
    to: '',
    tests: stock,
  },
  {
    name: 'a void leaves no tombstone',
    cost: 'a hold that comes late keeps money for ever',
    file: 'services/wallet/domain/void.ts',
    from: "if (await tx.insertTombstone(orderId)) return { state: 'VOIDED', voided: true };\n  const found = await tx.lockHold(orderId);\n  if (found === undefined) throw new Error(`hold ${orderId} is there and isn't`);",
    to: "const found = await tx.lockHold(orderId);\n  if (found === undefined) return { state: 'VOIDED', voided: true };",
    tests: wallet,
  },
  {
    name: 'the capture deadline is not looked at',
    cost: 'money is taken for goods that were given back',
    file: 'services/wallet/domain/capture.ts',
    from: 'if (now > hold.captureDeadline) {',
    to: 'if (false) {',
    tests: wallet,
  },
  {
    name: 'the deadline goes by the time at which the transaction began',
    cost: 'a capture that waited for a lock succeeds after its deadline',
    file: 'services/wallet/repository/holds.ts',
    from: 'const clock = sql`clock_timestamp()`;',
    to: 'const clock = sql`now()`;',
    tests: wallet,
  },
  {
    name: 'a hold is read without a lock (FOR NO KEY UPDATE)',
    cost: 'a capture and a void both succeed',
    file: 'services/wallet/repository/holds.ts',
    from: "as(db.select().from(holds).where(eq(holds.orderId, orderId)).for('no key update'));",
    to: 'as(db.select().from(holds).where(eq(holds.orderId, orderId)));',
    tests: wallet,
  },
  {
    name: 'what is held counts as available',
    cost: 'two orders are paid with the same money',
    file: 'services/wallet/repository/wallets.ts',
    from: 'sql`${wallets.balanceMinor} - ${wallets.heldMinor} >= ${minorUnits}`',
    to: 'sql`${wallets.balanceMinor} >= ${minorUnits}`',
    tests: wallet,
  },
  {
    name: 'a refund does not ask whether there was one',
    cost: 'a repeated refund pays twice, or never answers',
    file: 'services/wallet/domain/refund.ts',
    from: 'if (transactionId !== undefined) return { refunded: { transactionId, amount }, isNew: false };',
    to: '',
    tests: wallet,
  },
  {
    name: 'a repeated request id is taken for a new one',
    cost: 'a top-up whose answer was lost is booked twice',
    file: 'platform/data/db/once.ts',
    from: 'if (mine.length > 0) {',
    to: 'if (true) {',
    tests: ['platform/data/db/once.test.ts', ...wallet],
  },
  {
    name: 'an ended order can be ended otherwise',
    cost: 'a paid order turns FAILED',
    file: 'services/order/repository/write.ts',
    from: 'where id = ${orderId} and status = ${from}',
    to: 'where id = ${orderId}',
    tests: order,
  },
  {
    name: 'an order ends without its event',
    cost: 'the cart and whoever listens never hear of it',
    file: 'services/order/domain/end-order.ts',
    from: 'if (ended) await tx.appendEvent(eventTypes[ending.to], eventData(order, ending.to));',
    to: '',
    tests: order,
  },
  {
    name: 'the event is written before the order’s end is known to be new',
    cost: 'a repeated step sends a second event',
    file: 'services/order/domain/end-order.ts',
    from: 'if (ended) await tx.appendEvent(',
    to: 'await tx.appendEvent(',
    tests: order,
  },
  {
    name: 'events are marked as sent before they are',
    cost: 'a relay killed in between loses them',
    file: 'platform/events/relay.ts',
    from: 'await publisher.publish(claimed);\n    await settle(deps, claimed, metrics);',
    to: 'await settle(deps, claimed, metrics);\n    await publisher.publish(claimed);',
    tests: ['platform/events'],
  },
  {
    name: 'a later event of an order may overtake an earlier one',
    cost: 'a consumer hears of the refund before the purchase',
    file: 'platform/events/outbox-store.ts',
    from: 'where earlier.aggregate_id = ${table.aggregateId} and earlier.seq < ${table.seq}',
    to: 'where false',
    tests: ['platform/events'],
  },
  {
    name: 'a cancel stops the way forward too (no nonCancellable scope)',
    cost: 'money is taken and nothing is delivered or given back',
    file: 'workflows/checkout.ts',
    from: 'return await CancellationScope.nonCancellable(async () => {\n    if (failure === undefined',
    to: 'return await CancellationScope.cancellable(async () => {\n    if (failure === undefined',
    tests: saga,
  },
  {
    name: 'only what was done is undone',
    cost: 'a step that a dying worker did not record is never undone',
    file: 'workflows/undo.ts',
    from: 'await Promise.all([releaseStock(steps, calls), steps.insist(calls.releaseClaim)]);',
    to: 'await releaseStock(steps, calls);',
    tests: saga,
  },
  {
    name: 'a void that finds the money taken is not heeded',
    cost: 'a paid order fails and keeps the money',
    file: 'workflows/checkout.ts',
    from: "if ((await undo(steps, calls)) === 'captured') return await finish(self);",
    to: 'await undo(steps, calls);',
    tests: saga,
  },
  {
    name: 'a capture is given up like any other step',
    cost: 'its answer is lost and the taken money with it',
    file: 'workflows/checkout.ts',
    from: 'failure = await refusalOf(() => steps.lasting(calls.capture));',
    to: 'failure = await refusalOf(() => steps.bounded(calls.capture));',
    tests: saga,
  },
  {
    name: 'a refused service token counts as a refusal of the order',
    cost: 'a wrong key in the configuration fails orders that are paid',
    file: 'activities/failure.ts',
    from: "return kind === 'definitive' && !aboutTheCaller.has(code);",
    to: "return kind === 'definitive';",
    tests: ['activities'],
  },
  {
    name: 'steps change places: an incompatible change of a running workflow',
    cost: 'every checkout under way at the deployment is stuck',
    file: 'workflows/checkout.ts',
    from: "progress.stage('Stage 3 of 3: commit stock, complete the order');",
    to: "progress.stage('Stage 3 of 3: commit stock, complete the order');\n  await steps.lasting(calls.complete);",
    tests: ['workflows/replay.test.ts'],
  },
  ...securityMutations,
];
