/**
 * The other steps of a round: those done before a step in one order, and those after it; and the state at the
 * beginning.
 */
export interface Beside<Step, State> {
  readonly start: State;
  readonly before: readonly Step[];
  readonly after: readonly Step[];
}

/** The simplest description of what a service does. Answers and states are text, so that a story can show them. */
export interface Model<Step, State> {
  /** Applies the step to the state, which is plain data, and returns the answer. */
  readonly take: (state: State, step: Step, beside: Beside<Step, State>) => string;
  /** The visible part of the state. */
  readonly show: (state: State) => string;
  /** The step in words. */
  readonly tell: (step: Step) => string;
  /** The transactions of a step that has several. Other steps may come in between. The last transaction answers. */
  readonly parts?: (step: Step) => readonly Step[];
  /** The ways in which the step may run beside others. Default: only the step itself. */
  readonly variants?: (step: Step, beside: Beside<Step, State>) => readonly Step[];
}

/** The real service, with the ids of one sequence. */
export interface System<Step> {
  /** Performs the step and returns the answer, in the model's words. */
  readonly perform: (step: Step) => Promise<string>;
  /** The visible state, in the model's words. Changes nothing. */
  readonly look: () => Promise<string>;
  /** Called after the sequence. Removes what could disturb the next one. */
  readonly leave?: () => Promise<void>;
}

/** A round that has run. Its steps were called at the same time. */
export interface Round<Step> {
  readonly steps: readonly Step[];
  /** One per step. */
  readonly answers: readonly string[];
  readonly shown: string;
}

/** One order in which the model took a round. */
export interface Outcome<State> {
  /** Indexes of the steps. */
  readonly order: readonly number[];
  /** One per step, in the order of the round's steps. */
  readonly answers: readonly string[];
  readonly state: State;
}
