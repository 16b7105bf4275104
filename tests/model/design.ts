/**
 * The rules that the model can be built without. Each is true in the design; a mutation turns one off and the search
 * then has to find the harm.
 */
export interface Design {
  /** Void of a hold that never was leaves a row, so that a late hold is told so. */
  readonly holdTombstone: boolean;
  /** … and release of stock that was never reserved. */
  readonly stockTombstone: boolean;
  /** … and release of a cart that was never claimed. */
  readonly claimTombstone: boolean;
  /** The wallet refuses a capture after `capture_deadline`, which lies before any expiry. */
  readonly captureDeadline: boolean;
  /** Capture looks its key up before it looks at the deadline. */
  readonly captureKeyFirst: boolean;
  /** Claim looks its key up before it looks at the cart's version. */
  readonly claimKeyFirst: boolean;
  /** Commit after expiry takes the stock again. */
  readonly retake: boolean;
  /** … but only what the shelf has. */
  readonly retakeLooksAtShelf: boolean;
  /** A refused late commit is stored: no later attempt may succeed. */
  readonly commitRefusalStands: boolean;
  /** A claim lives until its order has ended; no clock ends it. */
  readonly claimOutlastsClock: boolean;
  /** Refund and restock are keyed by the order. */
  readonly refundKeyed: boolean;
  readonly restockKeyed: boolean;
  /** A write to an order that has ended changes nothing and answers with the state it found. */
  readonly endedOrderStands: boolean;
  /** The workflow ends with what the order's row says, not with what it wanted to write. */
  readonly adoptsOrderRow: boolean;
  /** The undo covers calls whose answer never came. */
  readonly undoUnanswered: boolean;
  /** The undo covers calls that were refused. */
  readonly undoRefused: boolean;
  /** The undo covers calls that this execution doesn't remember making. */
  readonly undoUnremembered: boolean;
  /** The undo voids alone, before it releases anything. */
  readonly voidFirst: boolean;
  /** ALREADY_CAPTURED turns the undo into stage 3. */
  readonly voidDecides: boolean;
  /** A failing undo step is retried for ever. */
  readonly undoNeverSwallowed: boolean;
  /** FAILED or CANCELLED is written after the undo. */
  readonly writeAfterUndo: boolean;
  /** A capture without an answer is asked again until there is one. */
  readonly captureAsksAgain: boolean;
  /** A commit without an answer is asked again until there is one. */
  readonly commitAsksAgain: boolean;
  /** Money goes back when the stock is gone. */
  readonly moneyBack: boolean;
  /** A cancel of a PENDING order goes through the workflow. */
  readonly cancelThroughWorkflow: boolean;
  /** A terminated workflow is restarted with the question whether money was taken. */
  readonly settleAsks: boolean;
  /** … and not from its beginning. */
  readonly settleNotFresh: boolean;
  /** `capture_deadline` is the order's: no restart gives it a later one. */
  readonly deadlineOfOrder: boolean;
  /** The sweep restarts terminated workflows at all. */
  readonly sweep: boolean;
  /** … and terminated refunds. */
  readonly refundSweep: boolean;
  /** A COMPLETED order becomes CANCELLED after refund and restock. */
  readonly cancelledAfterRefund: boolean;
}

export const asDesigned: Design = {
  holdTombstone: true,
  stockTombstone: true,
  claimTombstone: true,
  captureDeadline: true,
  captureKeyFirst: true,
  claimKeyFirst: true,
  retake: true,
  retakeLooksAtShelf: true,
  commitRefusalStands: true,
  claimOutlastsClock: true,
  refundKeyed: true,
  restockKeyed: true,
  endedOrderStands: true,
  adoptsOrderRow: true,
  undoUnanswered: true,
  undoRefused: true,
  undoUnremembered: true,
  voidFirst: true,
  voidDecides: true,
  undoNeverSwallowed: true,
  writeAfterUndo: true,
  captureAsksAgain: true,
  commitAsksAgain: true,
  moneyBack: true,
  cancelThroughWorkflow: true,
  settleAsks: true,
  settleNotFresh: true,
  deadlineOfOrder: true,
  sweep: true,
  refundSweep: true,
  cancelledAfterRefund: true,
};
