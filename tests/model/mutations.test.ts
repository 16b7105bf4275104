import { describe, expect, test } from 'vitest';
import { NOTHING_BROKEN, searchCheckout, tell } from './checkout.ts';
import type { Design } from './design.ts';
import { AS_DESIGNED } from './design.ts';

type Rules = readonly (keyof Design)[];
type Row = readonly [mistake: string, without: Rules, promise: string];

const NO_MONEY = 'a FAILED or CANCELLED order has no money (7)';
const NO_STOCK = 'a FAILED or CANCELLED order has no stock (7)';
const KEPT_STOCK = 'stock of a captured order is never released';
const BARE = 'never: captured without live stock and claim';
const REPEAT = 'never: a repeat got another answer than the first';
const ENDS = 'whatever has happened, the order still ends';

const HARMFUL: readonly Row[] = [
  ['a late hold finds no tombstone', ['holdTombstone'], NO_MONEY],
  ['a late reservation finds no tombstone', ['stockTombstone'], NO_STOCK],
  ['a late claim finds no tombstone', ['claimTombstone'], 'no claim outlives its order (8)'],
  ['capture has no deadline', ['captureDeadline'], BARE],
  ['a restart begins afresh, with a later deadline', ['settleNotFresh', 'deadlineOfOrder'], BARE],
  ['capture looks at the deadline before its key', ['captureKeyFirst'], REPEAT],
  ['claim looks at the version before its key', ['claimKeyFirst'], REPEAT],
  ['a claim expires by the clock', ['claimOutlastsClock'], 'one cart is not bought twice'],
  ['commit never succeeds after expiry', ['retake'], ENDS],
  ['commit after expiry takes what the shelf has not', ['retakeLooksAtShelf'], 'the shelf is never oversold (3)'],
  ['a refused late commit may succeed later', ['commitRefusalStands'], NO_STOCK],
  ['the stock is gone and the money is kept', ['moneyBack'], NO_MONEY],
  ['a commit without an answer is taken for a refusal', ['commitAsksAgain'], NO_STOCK],
  ['a capture without an answer is undone like any step', ['captureAsksAgain', 'voidDecides'], KEPT_STOCK],
  ['compensations are registered after the call', ['undoUnanswered'], NO_STOCK],
  ['what was refused is not undone', ['undoRefused'], NO_MONEY],
  ['what this execution has not called is not undone', ['undoUnremembered'], NO_STOCK],
  ['the undo releases before it voids', ['voidFirst'], BARE],
  ['the undo goes on after ALREADY_CAPTURED', ['voidDecides'], KEPT_STOCK],
  ['an undo step that fails is swallowed', ['undoNeverSwallowed'], NO_STOCK],
  ['FAILED is written before the undo', ['writeAfterUndo'], NO_STOCK],
  ['a cancel writes the order itself', ['cancelThroughWorkflow'], NO_STOCK],
  ['settle does not void first', ['settleAsks'], NO_MONEY],
  ['nobody restarts a terminated workflow', ['sweep'], ENDS],
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
  ['nobody restarts a terminated refund', ['refundSweep'], ENDS],
];

/** Rules whose harm another rule still averts. They stay, and so does the knowledge of what averts it. */
const DEFENDED_TWICE: readonly Row[] = [
  ['a capture without an answer is undone', ['captureAsksAgain'], 'since the undo asks by voiding first'],
  ['a restart begins afresh', ['settleNotFresh'], "since every key and the deadline are the order's"],
];

describe('a rule left out', () => {
  test.for(HARMFUL)('%s: the search tells the story', { timeout: 60_000 }, ([mistake, without, promise]) => {
    const { states, violation } = searchCheckout(without);
    expect(violation?.promise, `${mistake} does no harm in ${states} states`).toBe(promise);
    if (process.env['STORIES']) console.log(`${mistake}\n${tell(violation)}`);
  });

  test.for(DEFENDED_TWICE)('%s: another rule averts the harm', { timeout: 60_000 }, ([, without, why]) => {
    const { violation } = searchCheckout(without);
    expect(tell(violation), `no harm was expected, ${why}`).toBe(NOTHING_BROKEN);
  });

  test('every rule of the design is left out once', () => {
    const tried = new Set([...HARMFUL, ...DEFENDED_TWICE].flatMap(([, without]) => without));
    expect([...tried].sort()).toEqual(Object.keys(AS_DESIGNED).sort());
  });
});
