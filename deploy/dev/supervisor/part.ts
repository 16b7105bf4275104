/**
 * The types in which a topology describes its parts. The supervisor knows only these, and nothing about Postgres or
 * Kafka.
 */

export type Env = Record<string, string>;

/** The stages of a part. A normal start goes from `waiting` to `healthy` (servers, apps) or `done` (tasks). */
export type Stage =
  'waiting' | 'installing' | 'starting' | 'healthy' | 'done' | 'restarting' | 'stopping' | 'stopped' | 'failed';

/** A port on which a part listens, on loopback. */
export interface PortWish {
  readonly name: string;
  /** The preferred port. Without it, any free port is used. */
  readonly fixed?: number;
  /** The environment variable with which the user chooses another port. */
  readonly variable?: string;
  /** If true, a busy port is a problem that stops the start. Otherwise a free port is used instead. */
  readonly strict?: boolean;
}

/** Why a part cannot be started, and what to do about it. */
export interface Problem {
  readonly part: string;
  readonly what: string;
  readonly fix: string;
}

/** What a part knows about its stack while it is found, prepared and run. */
export interface PartContext {
  readonly profile: string;
  /** The path of the checkout. */
  readonly root: string;
  /** The environment of the user. */
  readonly callerEnv: NodeJS.ProcessEnv;
  /** The folder of this part among the data of the stack. */
  readonly dataFolder: string;
  readonly logFile: string;
  port(part: string, name: string): number;
  /** The settings that the parts provide for each other. Complete once all parts are found. */
  stackEnv(): Env;
  /** Shows the user what is going on, for example "Downloading 12 of 60 MB". */
  progress(text: string): void;
  readonly signal: AbortSignal;
}

/** A program to run. The configuration of a server is in its arguments and in files of its data folder. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly stopSignal: NodeJS.Signals;
  readonly graceSeconds: number;
}

/** The result of `prepare`. It has no `launch` if the part is external: somebody else runs it, and we only use it. */
export interface Prepared {
  readonly launch?: Launch;
  readonly version?: string;
}

/** One way to get a part. It was checked as far as possible without starting the part. */
export interface Way {
  /** Where the part comes from, for the user: "environment", "found /usr/lib/postgresql/15/bin", "installed". */
  readonly from: string;
  /** Installs and initialises the part. */
  prepare(): Promise<Prepared>;
  /** Resolves if the part is healthy, rejects if it is not (yet). */
  probe(signal: AbortSignal): Promise<void>;
  /** If true, another program listens on its ports, as the engine does for a container. */
  readonly listensElsewhere?: boolean;
  /** Settings for the other parts. */
  readonly env: Env;
  /** Addresses for the user. */
  readonly urls: Readonly<Record<string, string>>;
}

export type Found = { readonly way: Way } | { readonly problems: readonly Problem[] };

export interface Part {
  readonly name: string;
  readonly title: string;
  /** A task ends by itself; a server or an app runs until it is stopped. */
  readonly kind: 'server' | 'app' | 'task';
  readonly dependsOn: readonly string[];
  readonly ports: readonly PortWish[];
  readonly readyWithinSeconds: number;
  /** Folders below the root of the checkout. If a file in them changes, `npm run dev` starts the part again. */
  readonly reloadsOn?: readonly string[];
  /** If true, only `startPart` starts the part. No other part may depend on it. */
  readonly startsWhenAsked?: boolean;
  /** What the user can try if the part fails and no better advice is known. */
  readonly suggestion: string;
  find(context: PartContext): Promise<Found>;
}

export interface Topology {
  /** The name of the stack. The folders with its state and data have this name. */
  readonly profile: string;
  readonly parts: readonly Part[];
  /** Settings that belong to no single part. `sharedFolder` is among the data of the stack. */
  readonly settings?: (sharedFolder: string, callerEnv: NodeJS.ProcessEnv) => Env;
}

/** A change of a part, for the display of progress. */
export interface StackEvent {
  readonly part: string;
  readonly title: string;
  readonly stage: Stage;
  readonly detail?: string;
}
