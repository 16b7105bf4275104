/**
 * The rules of docs/architecture.md ("The rules of the saga") that the model can leave out. The design has all of them.
 * A mutation turns one off, and the search must find the harm that follows.
 */
export interface Design {
  /** A void without a hold leaves a tombstone, so that a late hold is refused (rule S6). */
  readonly holdTombstone: boolean;
  /** A release without a reservation leaves a tombstone, so that a late reserve is refused (rule S6). */
  readonly stockTombstone: boolean;
  /** A release without a claim leaves a tombstone, so that a late claim is refused (rule S6). */
  readonly claimTombstone: boolean;
  /** The wallet refuses a capture after `capture_deadline`, which lies before every expiry (rule S7). */
  readonly captureDeadline: boolean;
  /** Capture looks up its key before it checks the deadline (rule S5). */
  readonly captureKeyFirst: boolean;
  /** Claim looks up its key before it checks the cart's version (rule S5). */
  readonly claimKeyFirst: boolean;
  /** A commit after the expiry takes the stock again (rule S16). */
  readonly retake: boolean;
  /** A retake takes only free stock (rule S16). */
  readonly retakeLooksAtStock: boolean;
  /** A refused late commit is stored, so that no later attempt succeeds (rule S17). */
  readonly commitRefusalStands: boolean;
  /** A claim ends with its order; no clock ends it (rule S33). */
  readonly claimOutlastsClock: boolean;
  /** The order is the key of the refund (rule S5). */
  readonly refundKeyed: boolean;
  /** The order is the key of the restock (rule S5). */
  readonly restockKeyed: boolean;
  /** A write to an ended order changes nothing and answers how the order ended (rule S19). */
  readonly endedOrderStands: boolean;
  /** The workflow's outcome is what the order's row says, not what the workflow wanted to write (rule S19). */
  readonly adoptsOrderRow: boolean;
  /** The undo covers calls without an answer (rule S20). */
  readonly undoUnanswered: boolean;
  /** The undo covers refused calls (rule S20). */
  readonly undoRefused: boolean;
  /** The undo covers calls that this run does not remember (rule S20). */
  readonly undoUnremembered: boolean;
  /** The undo begins with the void alone; the releases come after it (rule S21). */
  readonly voidFirst: boolean;
  /** The answer ALREADY_CAPTURED ends the undo and leads to stage 3 (rule S21). */
  readonly voidDecides: boolean;
  /** A failing step of the undo is retried without limit (rule S22). */
  readonly undoNeverSwallowed: boolean;
  /** FAILED or CANCELLED is written after the undo (rule S23). */
  readonly writeAfterUndo: boolean;
  /** A capture without an answer is repeated until there is one (rule S13). */
  readonly captureAsksAgain: boolean;
  /** A commit without an answer is repeated until there is one (rule S15). */
  readonly commitAsksAgain: boolean;
  /** If the stock is gone, the captured money goes back (rule S18). */
  readonly moneyBack: boolean;
  /** A cancel of a PENDING order goes through its workflow (rule S27). */
  readonly cancelThroughWorkflow: boolean;
  /** A restart of a terminated workflow first asks whether the money was taken (rule S29). */
  readonly settleAsks: boolean;
  /** A restart of a terminated workflow does not begin with stage 1 (rule S28). */
  readonly settleNotFresh: boolean;
  /** No restart moves `capture_deadline` (rule S7). */
  readonly deadlineOfOrder: boolean;
  /** The sweep restarts terminated checkouts (rule S30). */
  readonly sweep: boolean;
  /** The sweep restarts terminated refunds (rule S31). */
  readonly refundSweep: boolean;
  /** A COMPLETED order becomes CANCELLED only after refund and restock (rule S32). */
  readonly cancelledAfterRefund: boolean;
}

/** The design with all its rules. */
export const asDesigned: Design = {
  holdTombstone: true,
  stockTombstone: true,
  claimTombstone: true,
  captureDeadline: true,
  captureKeyFirst: true,
  claimKeyFirst: true,
  retake: true,
  retakeLooksAtStock: true,
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
