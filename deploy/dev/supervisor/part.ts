/** The words in which a topology says what runs. The supervisor knows these and nothing about Postgres or Kafka. */

export type Env = Record<string, string>;

/** Where a part stands, in the order in which a good start goes through them. */
export type Stage =
  'waiting' | 'installing' | 'starting' | 'healthy' | 'done' | 'restarting' | 'stopping' | 'stopped' | 'failed';

/** A port that a part listens on, on loopback. */
export interface PortWish {
  readonly name: string;
  /** The port wanted; none: any free one. */
  readonly fixed?: number;
  /** The environment variable that chooses another one. */
  readonly variable?: string;
  /** A strict port that is busy is a problem to report; any other gives way to a free one. */
  readonly strict?: boolean;
}

/** Something missing or in the way, and what to do about it. */
export interface Problem {
  readonly part: string;
  readonly what: string;
  readonly fix: string;
}

/** What a part may know about the stack while it is looked for, prepared and run. */
export interface PartContext {
  readonly profile: string;
  /** The checkout. */
  readonly root: string;
  /** The caller's environment. */
  readonly callerEnv: NodeJS.ProcessEnv;
  /** A folder of this part's own that lasts as long as the stack's data. */
  readonly dataFolder: string;
  readonly logFile: string;
  port(part: string, name: string): number;
  /** The settings that every part gives to the others; complete once all parts are found. */
  stackEnv(): Env;
  /** Shown to the person who waits: "Downloading 12 of 60 MB". */
  progress(text: string): void;
  readonly signal: AbortSignal;
}

/** A program to run. Servers get their whole configuration here and in files under the data folder. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly stopSignal: NodeJS.Signals;
  readonly graceSeconds: number;
}

/** What preparing gives: no launch means that it runs elsewhere. */
export interface Prepared {
  readonly launch?: Launch;
  readonly version?: string;
}

/** One way of getting a part that will work as far as can be told without starting it. */
export interface Way {
  /** For a person: "environment", "found /usr/lib/postgresql/15/bin", "installed". */
  readonly from: string;
  prepare(): Promise<Prepared>;
  /** Rejects until the part answers as it should. */
  probe(signal: AbortSignal): Promise<void>;
  /** Settings for the other parts. */
  readonly env: Env;
  /** Addresses for people. */
  readonly urls: Readonly<Record<string, string>>;
}

export type Found = { readonly way: Way } | { readonly problems: readonly Problem[] };

export interface Part {
  readonly name: string;
  readonly title: string;
  /** A task runs to its end; a server or an app goes on running. */
  readonly kind: 'server' | 'app' | 'task';
  readonly dependsOn: readonly string[];
  readonly ports: readonly PortWish[];
  readonly readyWithinSeconds: number;
  /** Found and prepared with the others, but started only by `startPart`. Nothing may depend on it. */
  readonly startsWhenAsked?: boolean;
  /** What to try when it fails and nothing better is known. */
  readonly suggestion: string;
  find(context: PartContext): Promise<Found>;
}

export interface Topology {
  /** The stack's name: its state and data are kept under it. */
  readonly profile: string;
  readonly parts: readonly Part[];
  /** Settings that belong to no part. `sharedFolder` lasts as long as the stack's data. */
  readonly settings?: (sharedFolder: string, callerEnv: NodeJS.ProcessEnv) => Env;
}

/** A change of one part, for whoever shows progress. */
export interface StackEvent {
  readonly part: string;
  readonly title: string;
  readonly stage: Stage;
  readonly detail?: string;
}
