import type { Design } from './design.ts';
import { hearOrderEvent, serve } from './rules.ts';
import type { Event } from './search.ts';
import type { Call, State } from './state.ts';
import { allCalls, bit } from './state.ts';
import { beginUndo, go, hear, isDone, isForward, openCalls, zombieGoes, zombieHears } from './workflow.ts';

/** Adds an event. `own` marks events that happen without a fault and without anybody else's action. */
type Add = (says: string, next: State, own?: 'own') => void;
type Part = (state: State, design: Design, add: Add) => void;

const workflow: Part = (state, design, add) => {
  const { at } = state;
  if (at === 'unstarted') add('the starter starts the workflow', go(state, 'begin'), 'own');
  if (at === 'begin' && !state.cancelAsked)
    add('stage 1 is called: claim, reserve, hold', go(state, 'stage1:000'), 'own');
  if (at === 'stage1:111' && !state.cancelAsked)
    add('all of stage 1 has answered: capture', go(state, 'capture'), 'own');
  if ((at === 'begin' || at.startsWith('stage1')) && state.cancelAsked) {
    add('the workflow sees the cancel and begins the undo', beginUndo(state, 'cancel', design), 'own');
  }
  for (const call of openCalls(at)) {
    const { state: served, reply } = serve(call, state, design);
    add(`${call} is answered ${reply}`, hear(served, call, reply, design), 'own');
  }
  if (at.startsWith('stage1')) add('stage 1 gives up after 60 s; the undo begins', beginUndo(state, 'fail', design));
  if (at === 'capture' && !design.captureAsksAgain) {
    add('capture gets no answer, and that counts as a refusal', hear(state, 'capture', 'REFUSED', design));
  }
  if (at === 'commit' && !design.commitAsksAgain) {
    add('commit gets no answer, and that counts as a refusal', hear(state, 'commit', 'REFUSED', design));
  }
  if ((at.startsWith('void') || at.startsWith('release')) && !design.undoNeverSwallowed) {
    for (const call of openCalls(at)) add(`${call} fails, and the failure is ignored`, hear(state, call, 'OK', design));
  }
};

/** What happens to a run: a step is recorded, the worker dies, an operator terminates it, the sweep starts another run. */
const execution: Part = (state, design, add) => {
  const { at } = state;
  if (isForward(at)) {
    const reached = at === 'capture' ? 'capture' : at === 'commit' || at === 'complete' ? 'commit' : 'begin';
    const cancelAsked = reached === 'commit' ? false : state.cancelAsked;
    if (reached !== state.recorded)
      add(`the history records that the workflow has reached ${reached}`, { ...state, recorded: reached, cancelAsked });
    const back = { ...state, at: state.recorded };
    add(`the worker dies; another worker goes on from ${state.recorded}`, back);
    add(`a worker that counts as dead goes on; another goes on from ${state.recorded}`, zombieGoes(back, at));
  }
  if (at !== 'unstarted' && at !== 'terminated' && !isDone(at)) {
    const closed = go(state, 'terminated');
    add(`the workflow is terminated at ${at}`, closed);
    if (isForward(at)) add(`the workflow is terminated at ${at}; its worker goes on unaware`, zombieGoes(closed, at));
  }
  if (at === 'terminated' && design.sweep) {
    if (!design.settleNotFresh)
      add(
        'the sweep starts the workflow from stage 1',
        go({ ...state, late: state.late && design.deadlineOfOrder }, 'begin'),
        'own',
      );
    else if (!design.settleAsks) add('the sweep fails the order', go(state, 'release:00-fail'), 'own');
    else add('the sweep restarts the workflow in mode settle', go(state, 'void:00-fail'), 'own');
  }
};

const cancel: Part = (state, design, add) => {
  const { at } = state;
  if (!design.cancelThroughWorkflow && state.order === 'PENDING') {
    add('a cancel is written to the order', { ...state, order: 'CANCELLED' });
  } else if (at === 'unstarted' || at === 'terminated') {
    add('a cancel starts the workflow in mode settle', go(state, 'void:00-cancel'));
  } else if (isDone(at)) {
    add('a cancel that read PENDING earlier starts the workflow in mode settle', go(state, 'void:00-cancel'));
  } else if (isForward(at) && !state.cancelAsked && state.recorded !== 'commit') {
    add('a cancel reaches the workflow', { ...state, cancelAsked: true });
  }
};

/** Every call that was ever sent may arrive at any time: after a lost answer or a crash, as a duplicate, or late. */
const network: Part = (state, design, add) => {
  for (const call of allCalls) {
    if ((state.sent & bit(call)) === 0) continue;
    const { state: next, reply } = serve(call, state, design);
    if (next !== state) add(`${call} takes effect, but its answer (${reply}) is lost`, next);
  }
};

const zombie: Part = (state, design, add) => {
  if (state.zombie === 'none') return;
  for (const call of openCalls(state.zombie)) {
    const { state: served, reply } = serve(call, state, design);
    add(`the unaware worker calls ${call} and gets ${reply}`, zombieHears(served, call, reply));
  }
};

const clocks: Part = (state, design, add) => {
  if (!state.late) {
    add('capture_deadline passes', { ...state, late: true });
    return;
  }
  if (state.hold === 'HELD') add('the hold expires', { ...state, hold: 'EXPIRED', freeMoney: state.freeMoney + 1 });
  if (state.reservation === 'ACTIVE') {
    add('the reservation expires', { ...state, reservation: 'EXPIRED', freeStock: state.freeStock + 1 });
  }
  if (state.claim === 'CLAIMED' && !design.claimOutlastsClock) add('the claim expires', { ...state, claim: 'EXPIRED' });
};

/**
 * What others do: the buyer's other purchases and top-ups, other buyers, edits of the cart, a second checkout of it.
 * Each acts only while a rule still reads what it changes. More events would add states, but no new violations.
 */
const world: Part = (state, design, add) => {
  const { freeMoney, spent, freeStock, sold, cart } = state;
  const money = state.hold === 'none';
  if (money && freeMoney > 0)
    add('the buyer spends the money on another order', { ...state, freeMoney: freeMoney - 1, spent: spent + 1 });
  if (money && spent > 0) add('the buyer tops the wallet up', { ...state, freeMoney: freeMoney + 1, spent: spent - 1 });
  const stock = state.reservation === 'none' || state.reservation === 'EXPIRED';
  if (stock && freeStock > 0)
    add('another buyer takes the free piece', { ...state, freeStock: freeStock - 1, sold: sold + 1 });
  if (stock && sold > 0) add('a sold piece is restocked', { ...state, freeStock: freeStock + 1, sold: sold - 1 });
  const unclaimed = state.claim === 'none' || state.claim === 'EXPIRED';
  if (cart === 'same' && (unclaimed || !design.claimKeyFirst))
    add('the buyer edits the cart', { ...state, cart: 'edited' });
  if (!unclaimed) return;
  if (cart === 'same') add('a second checkout claims the same cart', { ...state, cart: 'rivalClaimed' });
  if (cart === 'rivalClaimed') {
    add('the second checkout completes', { ...state, cart: 'rivalBought' });
    add('the second checkout fails', { ...state, cart: 'same' });
  }
};

const refundCall: Readonly<Partial<Record<State['refundRun'], Call>>> = {
  refund: 'refund',
  restock: 'restock',
  write: 'cancelCompleted',
};

const refundGoes = (state: State, refundRun: State['refundRun']): State => {
  const call = refundCall[refundRun];
  return { ...state, refundRun, sent: call ? state.sent | bit(call) : state.sent };
};

/** The refund workflow, which cancels a COMPLETED order. The order is the key of all its calls, so it may start again. */
const refunds: Part = (state, design, add) => {
  const order = design.cancelledAfterRefund
    ? (['refund', 'restock', 'write', 'done'] as const)
    : (['write', 'refund', 'restock', 'done'] as const);
  const run = state.refundRun;
  if (run === 'none' && state.order === 'COMPLETED')
    add('the buyer cancels the completed order', refundGoes(state, order[0]));
  if (run === 'terminated' && design.refundSweep)
    add('the sweep restarts the refund', refundGoes(state, order[0]), 'own');
  const call = refundCall[run];
  if (!call) return;
  const next = order[order.findIndex((step) => step === run) + 1] ?? 'done';
  add(`${call} is done`, refundGoes(serve(call, state, design).state, next), 'own');
  add('the refund is terminated', { ...state, refundRun: 'terminated' });
};

const relay: Part = (state, design, add) => {
  if (state.order !== 'PENDING' && !state.heard)
    add("the cart takes in the order's event", hearOrderEvent(state, design), 'own');
};

const parts: readonly Part[] = [workflow, execution, cancel, network, zombie, clocks, world, refunds, relay];

/** All events that may happen in this state. */
export function events(state: State, design: Design): readonly Event<State>[] {
  const all: Event<State>[] = [];
  const add: Add = (says, next, own) => all.push({ says, next, own: own === 'own' });
  for (const part of parts) part(state, design, add);
  return all;
}
