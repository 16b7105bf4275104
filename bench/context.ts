import { join } from 'node:path';
import { infrastructure } from '../deploy/dev/topology.ts';
import type { OwnStack } from '../deploy/dev/supervisor/stack.ts';
import { freePort } from '../testkit/free-port.ts';
import type { EmptyTasks } from './baselines/empty-workflows/tasks.ts';
import type { Tasks } from './child/protocol.ts';
import { startChild, type Child } from './child/start.ts';
import { measureCpu, readCpu, type CpuTimes, type Roots } from './cpu.ts';
import type { Lengths } from './lengths.ts';
import type { LoadTasks } from './load/tasks.ts';
import { startAll, type Ports } from './stack/all.ts';
import type { Platform } from './stack/platform.ts';
import { startRolesApart } from './stack/roles-apart.ts';
import { migrated, programEnv, serversOf, startOwnStack, type Settings } from './stack/stacks.ts';
import { told, type Failures, type Measured } from './statistics.ts';

/** A load, and what each process spent on one operation. */
export interface Costed {
  readonly measured: Measured;
  /** ms by process. Empty where there is no /proc. */
  readonly cpu: CpuTimes;
  /** ms of the process that makes the load, which nobody else counts. It makes no empty workflows. */
  readonly loadMs: number;
}

/** What the rows measure with. */
export interface Context {
  readonly lengths: Lengths;
  /** Whether rows that can measure roles apart should do so. */
  readonly roles: boolean;
  /** What the command line sets. */
  readonly settings: Settings;
  readonly load: Child<LoadTasks>;
  /** Says what goes on, in one line. */
  say(text: string): void;
  /**
   * `all`, warmed up. The running one is used again if it has the same settings. What the command line sets overrides
   * them.
   */
  platform(settings?: Settings): Promise<Platform>;
  /** The same in a new process, so that what it did before does not count. */
  newPlatform(settings?: Settings): Promise<Platform>;
  /** Runs `work` with every role as a process, warmed up. */
  withRolesApart<Result>(work: (platform: Platform) => Promise<Result>): Promise<Result>;
  /** Empty workflows, with no platform beside them. Measured once for each number of users and each `attempt`. */
  emptyWorkflows(users: number, attempt?: number): Promise<Costed>;
  /** Cycles of AddItem and checkout on the platform with these settings. Measured once for each. */
  cycles(items: 1 | 2, users: number, settings?: Settings): Promise<Costed>;
  /** The same on a platform that runs. Measured at each call. */
  cyclesOn(platform: Platform, items: 1 | 2, users: number): Promise<Costed>;
  /** Starts a program of `baselines/` with the addresses of the servers. The caller stops it. */
  baseline<All extends Tasks>(name: string): Promise<Child<All>>;
}

export interface ContextOptions {
  readonly lengths: Lengths;
  readonly roles: boolean;
  readonly settings: Settings;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface OwnContext extends Context {
  /** How `all` ended by itself. Undefined if it did not. */
  platformEnded(): string | undefined;
  /** The failures of warm-ups since the last call. They belong to the row that needed the platform. */
  takeWarmUpFailures(): readonly string[];
  /** Ends the platform, so that the next row gets another one. */
  stopPlatform(): Promise<void>;
  /** Ends all processes. */
  close(): Promise<void>;
}

/** Starts the servers and the process that makes the load. */
export async function openContext(options: ContextOptions): Promise<OwnContext> {
  const { settings, signal } = options;
  const stack = await startOwnStack((profile) => migrated(infrastructure(profile)), 'bench', settings, signal);
  try {
    const load = await startChild<LoadTasks>(join(import.meta.dirname, 'load/main.ts'));
    return new Bench(options, stack, load, { http: await freePort(), grpc: await freePort() });
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

class Bench implements OwnContext {
  readonly lengths: Lengths;
  readonly roles: boolean;
  readonly settings: Settings;
  readonly load: Child<LoadTasks>;
  readonly say: (text: string) => void;
  readonly #options: ContextOptions;
  readonly #stack: OwnStack;
  readonly #ports: Ports;
  readonly #known = new Map<string, Promise<Costed>>();
  #running: { readonly settings: string; readonly platform: Platform } | undefined;
  #empty: Child<EmptyTasks> | undefined;
  #apart: Platform | undefined;
  readonly #warmUpFailures: string[] = [];

  constructor(options: ContextOptions, stack: OwnStack, load: Child<LoadTasks>, ports: Ports) {
    this.#options = options;
    this.#stack = stack;
    this.#ports = ports;
    this.lengths = options.lengths;
    this.roles = options.roles;
    this.settings = options.settings;
    this.say = options.say;
    this.load = load;
  }

  async platform(settings: Settings = {}): Promise<Platform> {
    const all = { ...settings, ...this.#options.settings };
    const key = JSON.stringify(all);
    if (this.#running?.settings === key) return this.#running.platform;
    await this.stopPlatform();
    await this.#empty?.stop();
    this.#empty = undefined;
    this.say('starting the platform');
    const platform = await startAll(this.#stack, this.#ports, all);
    this.#running = { settings: key, platform };
    await this.#warmUp(platform);
    return platform;
  }

  async newPlatform(settings: Settings = {}): Promise<Platform> {
    await this.stopPlatform();
    return this.platform(settings);
  }

  async withRolesApart<Result>(work: (platform: Platform) => Promise<Result>): Promise<Result> {
    await this.stopPlatform();
    this.say('starting every role apart');
    this.#apart = await startRolesApart(this.#options.settings, this.#options.signal);
    try {
      await this.#warmUp(this.#apart);
      return await work(this.#apart);
    } finally {
      await this.#apart.stop();
      this.#apart = undefined;
    }
  }

  emptyWorkflows(users: number, attempt = 1): Promise<Costed> {
    return this.#once(`empty ${users} ${attempt}`, async () => {
      await this.stopPlatform();
      this.say(`empty workflows, ${users} at once`);
      const empty = (this.#empty ??= await this.#warmEmptyWorkflows());
      const temporal = new Map([...serversOf(this.#stack)].filter(([name]) => name === 'temporal'));
      return this.#costed(new Map([['worker and client', empty.pid]]), temporal, (marks) =>
        empty.run('emptyWorkflows', { users, ...this.lengths.load }, marks),
      );
    });
  }

  cycles(items: 1 | 2, users: number, settings: Settings = {}): Promise<Costed> {
    return this.#once(`cycles ${items} ${users} ${JSON.stringify(settings)}`, async () =>
      this.cyclesOn(await this.platform(settings), items, users),
    );
  }

  cyclesOn(platform: Platform, items: 1 | 2, users: number): Promise<Costed> {
    this.say(`checkouts after ${items} AddItem, ${users} at once`);
    return this.#costed(platform.ours(), platform.servers(), (marks) =>
      this.load.run('checkouts', { place: placeOf(platform), users, items, ...this.lengths.load }, marks),
    );
  }

  baseline<All extends Tasks>(name: string): Promise<Child<All>> {
    return startChild<All>(join(import.meta.dirname, 'baselines', name, 'main.ts'), programEnv(this.#stack));
  }

  takeWarmUpFailures(): readonly string[] {
    return this.#warmUpFailures.splice(0);
  }

  platformEnded(): string | undefined {
    return this.#running?.platform.ended();
  }

  async stopPlatform(): Promise<void> {
    const stopping = this.#running?.platform.stop();
    this.#running = undefined;
    await stopping;
  }

  async close(): Promise<void> {
    await Promise.all([this.load.stop(), this.#empty?.stop(), this.stopPlatform(), this.#apart?.stop()]);
    await this.#stack.stop();
  }

  #once(key: string, measure: () => Promise<Costed>): Promise<Costed> {
    const known = this.#known.get(key) ?? measure();
    this.#known.set(key, known);
    return known;
  }

  async #costed(ours: Roots, servers: Roots, run: (marks: CpuMarks) => Promise<Measured>): Promise<Costed> {
    const withLoad = new Map([...servers, [loadName, this.load.pid]]);
    const cpu = measureCpu(() => (process.platform === 'linux' ? readCpu(ours, withLoad) : {}));
    const measured = await run(cpu.marks);
    const { [loadName]: loadMs = Number.NaN, ...others } = cpu.each(measured.count);
    return { measured, cpu: others, loadMs };
  }

  /** The platform is warmed up as long as this. A cold baseline would flatter it. */
  async #warmEmptyWorkflows(): Promise<Child<EmptyTasks>> {
    const empty = await this.baseline<EmptyTasks>('empty-workflows');
    this.say('warming up');
    const { failures } = await empty.run('emptyWorkflows', { users: warmUpUsers, ...this.lengths.warmUp });
    this.#noteWarmUp(failures);
    return empty;
  }

  async #warmUp(platform: Platform): Promise<void> {
    this.say('warming up');
    const load = { place: placeOf(platform), users: warmUpUsers, items: 2, ...this.lengths.warmUp } as const;
    const { failures } = await this.load.run('checkouts', load);
    this.#noteWarmUp(failures);
  }

  #noteWarmUp(failures: Failures): void {
    if (failures.count > 0) this.#warmUpFailures.push(`warm-up: ${told(failures)}`);
  }
}

/** The settings of rows whose bar is that of one process. Otherwise `all` runs as a process for each core. */
export const oneProcess: Settings = { PROCESSES: '1' };

const loadName = 'load';
const warmUpUsers = 16;

type CpuMarks = ReturnType<typeof measureCpu>['marks'];

/** What the load has to know of a platform. Only this goes to its process. */
export function placeOf({ api, admin }: Platform) {
  return { api, admin };
}
