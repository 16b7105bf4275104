import { describe, expect, test } from 'vitest';
import { nothingBroken, searchCheckout, tell } from './checkout.ts';
import type { Design } from './design.ts';
import { asDesigned } from './design.ts';

type Rules = readonly (keyof Design)[];
/** A mistake, the rules that it leaves out, and the promise that it breaks. */
type Row = readonly [mistake: string, without: Rules, promise: string];

const noMoney = 'a FAILED or CANCELLED order holds no money (I7)';
const noStock = 'a FAILED or CANCELLED order holds no stock (I7)';
const keptStock = 'stock of a captured order is never released';
const bare = 'never: captured without live stock and claim';
const repeatEvent = 'never: a repeat got another answer than the first';
const ends = 'the order ends, whatever has happened before';

const harmful: readonly Row[] = [
  ['a late hold finds no tombstone', ['holdTombstone'], noMoney],
  ['a late reservation finds no tombstone', ['stockTombstone'], noStock],
  ['a late claim finds no tombstone', ['claimTombstone'], 'no claim outlives its order (I8)'],
  ['capture has no deadline', ['captureDeadline'], bare],
  ['a restart begins with stage 1 and a later deadline', ['settleNotFresh', 'deadlineOfOrder'], bare],
  ['capture checks the deadline before its key', ['captureKeyFirst'], repeatEvent],
  ['claim checks the version before its key', ['claimKeyFirst'], repeatEvent],
  ['a claim expires by the clock', ['claimOutlastsClock'], 'one cart is not bought twice'],
  ['a commit never succeeds after the expiry', ['retake'], ends],
  ['a commit after the expiry takes stock that is not free', ['retakeLooksAtStock'], 'stock is never oversold (I3)'],
  ['a refused late commit may succeed later', ['commitRefusalStands'], noStock],
  ['the stock is gone and the money is kept', ['moneyBack'], noMoney],
  ['a commit without an answer counts as a refusal', ['commitAsksAgain'], noStock],
  ['a capture without an answer is undone like any step', ['captureAsksAgain', 'voidDecides'], keptStock],
  ['calls without an answer are not undone', ['undoUnanswered'], noStock],
  ['refused calls are not undone', ['undoRefused'], noMoney],
  ['calls that this run does not remember are not undone', ['undoUnremembered'], noStock],
  ['the undo releases before it voids', ['voidFirst'], bare],
  ['the undo continues after ALREADY_CAPTURED', ['voidDecides'], keptStock],
  ['a failure of an undo step is ignored', ['undoNeverSwallowed'], noStock],
  ['FAILED is written before the undo', ['writeAfterUndo'], noStock],
  ['a cancel writes the order itself', ['cancelThroughWorkflow'], noStock],
  ['settle does not void first', ['settleAsks'], noMoney],
  ['nobody restarts a terminated workflow', ['sweep'], ends],
  ['a late write changes an order that has ended', ['endedOrderStands'], 'an order that has ended never changes'],
  [
    'the workflow ends with what it wanted to write',
    ['adoptsOrderRow'],
    'the outcome of a closed workflow is how its order ended',
  ],
  ['each attempt of a refund has another key', ['refundKeyed'], 'a captured order is refunded at most once (I4)'],
  ['each attempt of a restock has another key', ['restockKeyed'], 'stock is neither made nor lost (I3)'],
  [
    'CANCELLED is written before the refund',
    ['cancelledAfterRefund'],
    'an order that was COMPLETED and is CANCELLED is refunded and restocked once (I5)',
  ],
  ['nobody restarts a terminated refund', ['refundSweep'], ends],
];

/** Rules without which nothing happens yet, because another rule averts the harm. The third column names that rule. */
const defendedTwice: readonly Row[] = [
  ['a capture without an answer is undone', ['captureAsksAgain'], 'the answer of the void decides (rule S21)'],
  ['a restart begins with stage 1', ['settleNotFresh'], 'the order is every key and has one deadline (rules S5, S7)'],
];

describe('the design without a rule', () => {
  test.for(harmful)('%s: the search finds the harm', { timeout: 60_000 }, ([mistake, without, promise]) => {
    const { states, violation } = searchCheckout(without);
    expect(violation?.promise, `"${mistake}" does not do the expected harm in ${states} states`).toBe(promise);
    if (process.env['STORIES']) console.log(`${mistake}\n${tell(violation)}`);
  });

  test.for(defendedTwice)('%s: another rule averts the harm', { timeout: 60_000 }, ([, without, why]) => {
    const { violation } = searchCheckout(without);
    expect(tell(violation), `expected no harm, because ${why}`).toBe(nothingBroken);
  });

  test('every rule of the design has a test that leaves it out', () => {
    const tried = new Set([...harmful, ...defendedTwice].flatMap(([, without]) => without));
    expect([...tried].sort()).toEqual(Object.keys(asDesigned).sort());
  });
});
