import type { Design } from './design.ts';
import type { Reply } from './rules.ts';
import type { Call, Forward, Outcome, State, Step } from './state.ts';
import { bit } from './state.ts';

const forwardCalls = /^(begin|stage1:...|capture|commit|complete)$/;
export const isForward = (at: Step | 'none'): at is Forward => forwardCalls.test(at);
export const isDone = (at: Step): boolean => at.startsWith('done');

const stageOneCalls: readonly Call[] = ['claim', 'reserve', 'hold'];
const releaseCalls: readonly Call[] = ['releaseStock', 'releaseClaim'];
const oneCall: Readonly<Partial<Record<Step, readonly Call[]>>> = {
  capture: ['capture'],
  commit: ['commit'],
  complete: ['complete'],
  refund: ['refund'],
  'refunded-release': ['releaseClaim'],
  'refunded-write': ['fail'],
  'write-fail': ['fail'],
  'write-cancel': ['cancel'],
};

const digits = (at: Step): string => /:([01]+)/.exec(at)?.[1] ?? '';
const unanswered = (calls: readonly Call[], at: Step): readonly Call[] =>
  calls.filter((_, index) => digits(at)[index] === '0');
const callsWhileOpen = new Map<Step, readonly Call[]>();

/** The calls that a run waits for at this step. */
export function openCalls(at: Step): readonly Call[] {
  const known = callsWhileOpen.get(at);
  if (known) return known;
  const calls = at.startsWith('stage1')
    ? unanswered(stageOneCalls, at)
    : at.startsWith('void')
      ? (['void'] as const)
      : at.startsWith('release')
        ? unanswered(releaseCalls, at)
        : (oneCall[at] ?? []);
  callsWhileOpen.set(at, calls);
  return calls;
}

const sentFor = (at: Step): number => openCalls(at).reduce((bits, call) => bits | bit(call), 0);

/** Moves the workflow to a step and makes its calls. The undo is never local (rule S24), so it is recorded at once. */
export function go(state: State, at: Step): State {
  const sent = state.sent | sentFor(at);
  return isForward(at) ? { ...state, at, sent } : { ...state, at, sent, recorded: 'begin', cancelAsked: false };
}

const tick = (at: string, calls: readonly Call[], call: Call): string => {
  const found = digits(at as Step).split('');
  found[calls.indexOf(call)] = '1';
  return at.replace(/:[01]+/, `:${found.join('')}`);
};

/** The step that follows an answered forward call, or `refused`, or `ended`. Unaware workers follow it, too. */
function forward(at: Forward, call: Call, reply: Reply): Forward | 'refused' | 'ended' {
  if (at === 'complete') return 'ended';
  if (reply === 'REFUSED') return 'refused';
  if (at === 'capture') return 'commit';
  if (at === 'commit') return 'complete';
  return tick(at, stageOneCalls, call) as Forward;
}

const outcomeOf = (at: Step): Outcome => (at.endsWith('cancel') ? 'cancel' : 'fail');
const written = (reply: Reply): Step => `done:${reply as 'COMPLETED' | 'FAILED' | 'CANCELLED'}`;

/** Begins the undo: the void alone, then both releases, then the order's end, for all calls (rules S20, S21, S23). */
export function beginUndo(state: State, outcome: Outcome, design: Design, refused?: Call): State {
  const answered = digits(state.at);
  const forgets = (call: Call, index: number): boolean => {
    if (state.at === 'begin') return !design.undoUnremembered;
    if (!state.at.startsWith('stage1')) return false;
    if (call === refused) return !design.undoRefused || !design.undoUnanswered;
    return answered[index] === '0' && !design.undoUnanswered;
  };
  const [claim = false, stock = false, hold = false] = stageOneCalls.map(forgets);
  const skipped = `${stock ? 1 : 0}${claim ? 1 : 0}` as const;
  const start = design.writeAfterUndo
    ? state
    : { ...state, order: outcome === 'fail' ? ('FAILED' as const) : ('CANCELLED' as const) };
  if (!hold && design.voidFirst) return go(start, `void:${skipped}-${outcome}`);
  return skipped === '11' ? go(start, `write-${outcome}`) : go(start, `release:${skipped}-${outcome}`);
}

function hearInUndo(state: State, call: Call, reply: Reply, design: Design): State {
  const outcome = outcomeOf(state.at);
  if (call === 'void' && reply === 'ALREADY_CAPTURED' && design.voidDecides) {
    return { ...go(state, 'commit'), recorded: 'commit' };
  }
  const after = call === 'void' ? digits(state.at) : digits(tick(state.at, releaseCalls, call) as Step);
  if (after !== '11') return go(state, `release:${after as '00' | '01' | '10'}-${outcome}`);
  return call !== 'void' && !design.voidFirst ? go(state, `void:11-${outcome}`) : go(state, `write-${outcome}`);
}

/** What the workflow does with the answer to one of its open calls. */
export function hear(state: State, call: Call, reply: Reply, design: Design): State {
  const { at } = state;
  if (reply === 'UNKNOWN') return state;
  if (at.startsWith('void') || at.startsWith('release')) return hearInUndo(state, call, reply, design);
  if (at === 'refund') return go(state, 'refunded-release');
  if (at === 'refunded-release') return go(state, 'refunded-write');
  if (at === 'write-fail' || at === 'refunded-write')
    return go(state, written(design.adoptsOrderRow ? reply : 'FAILED'));
  if (at === 'write-cancel') return go(state, written(design.adoptsOrderRow ? reply : 'CANCELLED'));
  if (!isForward(at)) return state;
  const next = forward(at, call, reply);
  if (next === 'ended') return go(state, written(design.adoptsOrderRow ? reply : 'COMPLETED'));
  if (next !== 'refused') return go(state, next);
  if (at === 'commit') return go(state, design.moneyBack ? 'refund' : 'refunded-release');
  return beginUndo(state, state.cancelAsked ? 'cancel' : 'fail', design, call);
}

/** An unaware worker makes only local forward steps. Everything else needs the server, which refuses it (rule S24). */
export function zombieHears(state: State, call: Call, reply: Reply): State {
  if (state.zombie === 'none' || reply === 'UNKNOWN') return state;
  const next = forward(state.zombie, call, reply);
  return next === 'refused' || next === 'ended' ? { ...state, zombie: 'none' } : zombieGoes(state, next);
}

/**
 * Moves the unaware worker. It does not wait before its calls: `sent` lets each call arrive at any later time anyway.
 * Its last call ends it, because it does nothing with the answer.
 */
export function zombieGoes(state: State, to: Forward): State {
  if (to === 'begin') return zombieGoes(state, 'stage1:000');
  if (to === 'stage1:111') return zombieGoes(state, 'capture');
  return { ...state, sent: state.sent | sentFor(to), zombie: to === 'complete' ? 'none' : to };
}
