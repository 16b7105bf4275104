import type { Design } from './design.ts';
import { hearOrderEvent, serve } from './rules.ts';
import type { Event } from './search.ts';
import type { Call, State } from './state.ts';
import { allCalls, bit } from './state.ts';
import { beginUndo, go, hear, isDone, isForward, openCalls, zombieGoes, zombieHears } from './workflow.ts';

/** Adds an event. `own` marks what the system does of itself when nothing more goes wrong. */
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
    add('the workflow sees the cancel and undoes', beginUndo(state, 'cancel', design), 'own');
  }
  for (const call of openCalls(at)) {
    const { state: served, reply } = serve(call, state, design);
    add(`${call} is answered ${reply}`, hear(served, call, reply, design), 'own');
  }
  if (at.startsWith('stage1')) add('stage 1 gives up after 60 s and undoes', beginUndo(state, 'fail', design));
  if (at === 'capture' && !design.captureAsksAgain) {
    add('capture brings no answer, which is taken for a refusal', hear(state, 'capture', 'REFUSED', design));
  }
  if (at === 'commit' && !design.commitAsksAgain) {
    add('commit brings no answer, which is taken for a refusal', hear(state, 'commit', 'REFUSED', design));
  }
  if ((at.startsWith('void') || at.startsWith('release')) && !design.undoNeverSwallowed) {
    for (const call of openCalls(at)) add(`${call} fails, which is swallowed`, hear(state, call, 'OK', design));
  }
};

/** Marker, crash, terminate, and the sweep that comes after. */
const execution: Part = (state, design, add) => {
  const { at } = state;
  if (isForward(at)) {
    const reached = at === 'capture' ? 'capture' : at === 'commit' || at === 'complete' ? 'commit' : 'begin';
    const cancelAsked = reached === 'commit' ? false : state.cancelAsked;
    if (reached !== state.recorded)
      add(`history records that ${reached} is reached`, { ...state, recorded: reached, cancelAsked });
    const back = { ...state, at: state.recorded };
    add(`the worker dies; another begins again at ${state.recorded}`, back);
    add(`the worker is thought dead and goes on; another begins again at ${state.recorded}`, zombieGoes(back, at));
  }
  if (at !== 'unstarted' && at !== 'terminated' && !isDone(at)) {
    const closed = go(state, 'terminated');
    add(`the workflow is terminated at ${at}`, closed);
    if (isForward(at)) add(`the workflow is terminated at ${at}, its worker goes on unaware`, zombieGoes(closed, at));
  }
  if (at === 'terminated' && design.sweep) {
    if (!design.settleNotFresh)
      add(
        'the sweep starts the workflow afresh',
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
    add('a cancel that had read PENDING starts the workflow again, in mode settle', go(state, 'void:00-cancel'));
  } else if (isForward(at) && !state.cancelAsked && state.recorded !== 'commit') {
    add('a cancel reaches the workflow', { ...state, cancelAsked: true });
  }
};

/** Any call that was ever sent may arrive (again): a lost reply, a crash before the marker, a duplicate, a late attempt. */
const network: Part = (state, design, add) => {
  for (const call of allCalls) {
    if ((state.sent & bit(call)) === 0) continue;
    const { state: next, reply } = serve(call, state, design);
    if (next !== state) add(`${call} takes effect, but its answer (${reply}) reaches nobody`, next);
  }
};

const zombie: Part = (state, design, add) => {
  if (state.zombie === 'none') return;
  for (const call of openCalls(state.zombie)) {
    const { state: served, reply } = serve(call, state, design);
    add(`${call} answers ${reply} to the unaware worker`, zombieHears(served, call, reply));
  }
};

const clocks: Part = (state, design, add) => {
  if (!state.late) {
    add('capture_deadline passes', { ...state, late: true });
    return;
  }
  if (state.hold === 'HELD') add('the hold expires', { ...state, hold: 'EXPIRED', purse: state.purse + 1 });
  if (state.reservation === 'ACTIVE') {
    add('the reservation expires', { ...state, reservation: 'EXPIRED', shelf: state.shelf + 1 });
  }
  if (state.claim === 'CLAIMED' && !design.claimOutlastsClock) add('the claim expires', { ...state, claim: 'EXPIRED' });
};

/**
 * Other people: the buyer's other purchases and top-ups, other buyers, edits of the cart, its second checkout. Each
 * acts only while some rule would still look at what it changes; anything else would multiply states, not stories.
 */
const world: Part = (state, design, add) => {
  const { purse, spent, shelf, sold, cart } = state;
  const money = state.hold === 'none';
  if (money && purse > 0) add('the buyer spends the money elsewhere', { ...state, purse: purse - 1, spent: spent + 1 });
  if (money && spent > 0) add('the buyer tops the wallet up', { ...state, purse: purse + 1, spent: spent - 1 });
  const stock = state.reservation === 'none' || state.reservation === 'EXPIRED';
  if (stock && shelf > 0) add('another buyer takes the free unit', { ...state, shelf: shelf - 1, sold: sold + 1 });
  if (stock && sold > 0) add('a unit comes back to the shelf', { ...state, shelf: shelf + 1, sold: sold - 1 });
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

/** The workflow that cancels a COMPLETED order. All its calls are keyed, so a restart simply begins again. */
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
    add("the cart hears the order's event", hearOrderEvent(state, design), 'own');
};

const parts: readonly Part[] = [workflow, execution, cancel, network, zombie, clocks, world, refunds, relay];

/** Everything that may happen next. */
export function events(state: State, design: Design): readonly Event<State>[] {
  const all: Event<State>[] = [];
  const add: Add = (says, next, own) => all.push({ says, next, own: own === 'own' });
  for (const part of parts) part(state, design, add);
  return all;
}
