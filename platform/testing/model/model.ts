/** The other steps of a round, as one order of it has them (done or not yet done), and the state in which the round began. */
export interface Beside<Step, State> {
  readonly start: State;
  readonly before: readonly Step[];
  readonly after: readonly Step[];
}

/** A service as its design describes it, in the plainest way. Answers and states are words, so that a story has them. */
export interface Model<Step, State> {
  /** Changes the state, which is plain data, and returns what the step is answered. */
  readonly take: (state: State, step: Step, beside: Beside<Step, State>) => string;
  /** What can be seen of the state. */
  readonly show: (state: State) => string;
  /** The step in words. */
  readonly tell: (step: Step) => string;
  /** The transactions of a step that has several: others may come in between. The last of them answers. */
  readonly parts?: (step: Step) => readonly Step[];
  /** The ways in which the step may go beside others; as itself only if left out. */
  readonly variants?: (step: Step, beside: Beside<Step, State>) => readonly Step[];
}

/** The real service, with the ids of one sequence. */
export interface System<Step> {
  /** Takes the step and returns what it is answered, in the model's words. */
  readonly perform: (step: Step) => Promise<string>;
  /** What can be seen now, in the model's words. Changes nothing. */
  readonly look: () => Promise<string>;
  /** After the sequence: leaves nothing that the next one would meet. */
  readonly leave?: () => Promise<void>;
}

/** A round as it went: its steps were called at the same time. */
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
  /** One per step, as the steps stand in the round. */
  readonly answers: readonly string[];
  readonly state: State;
}
