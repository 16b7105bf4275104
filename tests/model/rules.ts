import type { Design } from './design.ts';
import type { Call, State } from './state.ts';

/** UNKNOWN is an error that decides nothing, so the caller repeats the call. The last three are statuses of the order. */
export type Reply = 'OK' | 'REFUSED' | 'ALREADY_CAPTURED' | 'UNKNOWN' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
export interface Answer {
  readonly state: State;
  readonly reply: Reply;
}
type Verb = (state: State, design: Design) => Answer;

const answer = (state: State, reply: Reply = 'OK'): Answer => ({ state, reply });
const repeatDiffers = 'a repeat got another answer than the first';

const claim: Verb = (state, design) => {
  if (state.claim === 'none') {
    return state.cart === 'same' ? answer({ ...state, claim: 'CLAIMED' }) : answer(state, 'REFUSED');
  }
  if (state.claim === 'RELEASED') return answer(state, 'REFUSED');
  const contradicts = !design.claimKeyFirst && state.claim === 'CLAIMED' && state.cart === 'edited';
  return contradicts ? answer({ ...state, broken: repeatDiffers }, 'REFUSED') : answer(state);
};

const releaseClaim: Verb = (state, design) => {
  if (state.claim === 'none') return answer(design.claimTombstone ? { ...state, claim: 'RELEASED' } : state);
  return answer(state.claim === 'CLAIMED' || state.claim === 'EXPIRED' ? { ...state, claim: 'RELEASED' } : state);
};

const reserve: Verb = (state) => {
  if (state.reservation === 'none') {
    if (state.freeStock < 1) return answer(state, 'REFUSED');
    return answer({ ...state, reservation: 'ACTIVE', freeStock: state.freeStock - 1 });
  }
  return answer(state, state.reservation === 'RELEASED' ? 'REFUSED' : 'OK');
};

const releaseStock: Verb = (state, design) => {
  if (state.reservation === 'ACTIVE') {
    return answer({ ...state, reservation: 'RELEASED', freeStock: state.freeStock + 1 });
  }
  if (state.reservation === 'none')
    return answer(design.stockTombstone ? { ...state, reservation: 'RELEASED' } : state);
  return answer(state.reservation === 'EXPIRED' ? { ...state, reservation: 'RELEASED' } : state);
};

const commit: Verb = (state, design) => {
  if (state.reservation === 'ACTIVE') return answer({ ...state, reservation: 'COMMITTED' });
  if (state.reservation === 'COMMITTED') return answer(state);
  if (state.reservation !== 'EXPIRED') return answer(state, 'REFUSED');
  if (!design.retake) return answer(state, 'UNKNOWN');
  if (state.freeStock > 0 || !design.retakeLooksAtStock) {
    return answer({ ...state, reservation: 'COMMITTED', freeStock: state.freeStock - 1 });
  }
  return answer(design.commitRefusalStands ? { ...state, reservation: 'REFUSED' } : state, 'REFUSED');
};

const restock: Verb = (state, design) => {
  if (state.restocks > 0 && design.restockKeyed) return answer(state);
  return answer({ ...state, restocks: state.restocks === 0 ? 1 : 2, freeStock: state.freeStock + 1 });
};

const hold: Verb = (state) => {
  if (state.hold === 'none') {
    if (state.freeMoney < 1) return answer(state, 'REFUSED');
    return answer({ ...state, hold: 'HELD', freeMoney: state.freeMoney - 1 });
  }
  return answer(state, state.hold === 'VOIDED' ? 'REFUSED' : 'OK');
};

const capture: Verb = (state, design) => {
  const late = design.captureDeadline && state.late;
  if (state.hold === 'CAPTURED') {
    return late && !design.captureKeyFirst ? answer({ ...state, broken: repeatDiffers }, 'REFUSED') : answer(state);
  }
  if (state.hold !== 'HELD' || late) return answer(state, 'REFUSED');
  const live = state.reservation === 'ACTIVE' && state.claim === 'CLAIMED';
  return answer({ ...state, hold: 'CAPTURED', broken: live ? state.broken : 'captured without live stock and claim' });
};

/** The verb `void`, whose name is a reserved word. */
const voidHold: Verb = (state, design) => {
  if (state.hold === 'CAPTURED') return answer(state, 'ALREADY_CAPTURED');
  if (state.hold === 'HELD') return answer({ ...state, hold: 'VOIDED', freeMoney: state.freeMoney + 1 });
  return answer(state.hold === 'none' && design.holdTombstone ? { ...state, hold: 'VOIDED' } : state);
};

const refund: Verb = (state, design) => {
  if (state.hold !== 'CAPTURED' || (state.refunds > 0 && design.refundKeyed)) return answer(state);
  return answer({ ...state, refunds: state.refunds === 0 ? 1 : 2, freeMoney: state.freeMoney + 1 });
};

const writeOrder =
  (wanted: 'COMPLETED' | 'FAILED' | 'CANCELLED'): Verb =>
  (state, design) => {
    if (state.order === 'PENDING' || !design.endedOrderStands) return answer({ ...state, order: wanted }, wanted);
    return answer(state, state.order === 'REFUNDED' ? 'COMPLETED' : state.order);
  };

const cancelCompleted: Verb = (state) => answer(state.order === 'COMPLETED' ? { ...state, order: 'REFUNDED' } : state);

const verbs: Readonly<Record<Call, Verb>> = {
  claim,
  reserve,
  hold,
  capture,
  commit,
  complete: writeOrder('COMPLETED'),
  void: voidHold,
  releaseStock,
  releaseClaim,
  fail: writeOrder('FAILED'),
  cancel: writeOrder('CANCELLED'),
  refund,
  restock,
  cancelCompleted,
};

/** What a service does on a call, and what it answers. If nothing changes, the answer contains the same state object. */
export function serve(call: Call, state: State, design: Design): Answer {
  return verbs[call](state, design);
}

/** What the cart does with the event of the order's end. Its inbox lets the event have its effect once (rule S36). */
export function hearOrderEvent(state: State, design: Design): State {
  const heard = { ...state, heard: true };
  if (state.order === 'FAILED' || state.order === 'CANCELLED') return releaseClaim(heard, design).state;
  if (state.claim !== 'CLAIMED' && state.claim !== 'EXPIRED') return heard;
  return { ...heard, claim: 'CONSUMED', cart: state.cart === 'same' ? 'edited' : state.cart };
}
