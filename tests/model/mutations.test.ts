import { describe, expect, test } from 'vitest';
import { nothingBroken, searchCheckout, tell } from './checkout.ts';
import type { Design } from './design.ts';
import { asDesigned } from './design.ts';

type Rules = readonly (keyof Design)[];
type Row = readonly [mistake: string, without: Rules, promise: string];

const noMoney = 'a FAILED or CANCELLED order has no money (7)';
const noStock = 'a FAILED or CANCELLED order has no stock (7)';
const keptStock = 'stock of a captured order is never released';
const bare = 'never: captured without live stock and claim';
const repeatEvent = 'never: a repeat got another answer than the first';
const ends = 'whatever has happened, the order still ends';

const harmful: readonly Row[] = [
  ['a late hold finds no tombstone', ['holdTombstone'], noMoney],
  ['a late reservation finds no tombstone', ['stockTombstone'], noStock],
  ['a late claim finds no tombstone', ['claimTombstone'], 'no claim outlives its order (8)'],
  ['capture has no deadline', ['captureDeadline'], bare],
  ['a restart begins afresh, with a later deadline', ['settleNotFresh', 'deadlineOfOrder'], bare],
  ['capture looks at the deadline before its key', ['captureKeyFirst'], repeatEvent],
  ['claim looks at the version before its key', ['claimKeyFirst'], repeatEvent],
  ['a claim expires by the clock', ['claimOutlastsClock'], 'one cart is not bought twice'],
  ['commit never succeeds after expiry', ['retake'], ends],
  ['commit after expiry takes what the shelf has not', ['retakeLooksAtShelf'], 'the shelf is never oversold (3)'],
  ['a refused late commit may succeed later', ['commitRefusalStands'], noStock],
  ['the stock is gone and the money is kept', ['moneyBack'], noMoney],
  ['a commit without an answer is taken for a refusal', ['commitAsksAgain'], noStock],
  ['a capture without an answer is undone like any step', ['captureAsksAgain', 'voidDecides'], keptStock],
  ['compensations are registered after the call', ['undoUnanswered'], noStock],
  ['what was refused is not undone', ['undoRefused'], noMoney],
  ['what this execution has not called is not undone', ['undoUnremembered'], noStock],
  ['the undo releases before it voids', ['voidFirst'], bare],
  ['the undo goes on after ALREADY_CAPTURED', ['voidDecides'], keptStock],
  ['an undo step that fails is swallowed', ['undoNeverSwallowed'], noStock],
  ['FAILED is written before the undo', ['writeAfterUndo'], noStock],
  ['a cancel writes the order itself', ['cancelThroughWorkflow'], noStock],
  ['settle does not void first', ['settleAsks'], noMoney],
  ['nobody restarts a terminated workflow', ['sweep'], ends],
  ['a late write changes an order that has ended', ['endedOrderStands'], 'an order that has ended never changes'],
  [
    'the workflow tells what it wanted to write',
    ['adoptsOrderRow'],
    'a closed workflow tells the outcome that the order has',
  ],
  ['each refund attempt has a key of its own', ['refundKeyed'], 'a captured order is refunded at most once (4)'],
  ['each restock attempt has a key of its own', ['restockKeyed'], 'stock is neither made nor lost (3)'],
  [
    'CANCELLED is written before the refund',
    ['cancelledAfterRefund'],
    'a cancelled COMPLETED order is refunded and restocked once (5)',
  ],
  ['nobody restarts a terminated refund', ['refundSweep'], ends],
];

/** Rules whose harm another rule still averts. They stay, and so does the knowledge of what averts it. */
const defendedTwice: readonly Row[] = [
  ['a capture without an answer is undone', ['captureAsksAgain'], 'since the undo asks by voiding first'],
  ['a restart begins afresh', ['settleNotFresh'], "since every key and the deadline are the order's"],
];

describe('a rule left out', () => {
  test.for(harmful)('%s: the search tells the story', { timeout: 60_000 }, ([mistake, without, promise]) => {
    const { states, violation } = searchCheckout(without);
    expect(violation?.promise, `${mistake} does no harm in ${states} states`).toBe(promise);
    if (process.env['STORIES']) console.log(`${mistake}\n${tell(violation)}`);
  });

  test.for(defendedTwice)('%s: another rule averts the harm', { timeout: 60_000 }, ([, without, why]) => {
    const { violation } = searchCheckout(without);
    expect(tell(violation), `no harm was expected, ${why}`).toBe(nothingBroken);
  });

  test('every rule of the design is left out once', () => {
    const tried = new Set([...harmful, ...defendedTwice].flatMap(([, without]) => without));
    expect([...tried].sort()).toEqual(Object.keys(asDesigned).sort());
  });
});
