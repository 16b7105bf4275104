import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { identityOf } from '../bootstrap/identity.mjs';
import type { Ports } from '../ports.ts';
import type { Folders } from './folders.ts';
import type { Env, Part, Topology, Way } from './part.ts';
import { type PartState, type StackState, writeState } from './state.ts';
import type { Supervisor } from './supervisor.ts';

export interface RecordDeps {
  readonly plan: {
    readonly topology: Topology;
    readonly parts: readonly Part[];
    readonly options: { readonly root: string };
    readonly folders: Folders;
    readonly ports: Ports;
  };
  readonly wayOf: (part: string) => Way;
  readonly supervisor: Supervisor;
  readonly env: Env;
  readonly urls: Readonly<Record<string, string>>;
}

/** Keeps the state file up to date while the stack runs. */
export interface StateRecord {
  write(): void;
  ready(control: NonNullable<StackState['control']>): void;
  remove(): void;
}

export function createRecord({ plan, wayOf, supervisor, env, urls }: RecordDeps): StateRecord {
  const own = { pid: process.pid, identity: identityOf(process.pid) };
  const startedAt = new Date().toISOString();
  let control: StackState['control'];
  let removed = false;
  const write = () => {
    if (removed) return;
    writeState(plan.folders.stateFile, {
      profile: plan.topology.profile,
      root: plan.options.root,
      supervisor: own,
      startedAt,
      ready: control !== undefined,
      ...(control === undefined ? {} : { control: { port: control.port, token: control.token } }),
      env,
      urls,
      parts: plan.parts.map((part) => partState(part, wayOf(part.name), supervisor, plan)),
    });
  };
  return {
    write,
    ready(opened) {
      control = opened;
      write();
    },
    remove() {
      removed = true;
      rmSync(plan.folders.stateFile, { force: true });
    },
  };
}

function partState(part: Part, way: Way, supervisor: Supervisor, { folders, ports }: RecordDeps['plan']): PartState {
  const runner = supervisor.runnerOf(part.name);
  const child = runner.child();
  const launch = runner.launch();
  const version = runner.version();
  const over = ['stopped', 'done', 'failed'].includes(runner.stage());
  return {
    name: part.name,
    title: part.title,
    kind: part.kind,
    stage: runner.stage(),
    ...(part.startsWhenAsked === true ? { startsWhenAsked: true } : {}),
    ...(child === undefined || over ? {} : { pid: child.pid }),
    ...(child?.identity === undefined || over ? {} : { identity: child.identity }),
    ...(launch === undefined ? {} : { stopSignal: launch.stopSignal, graceSeconds: launch.graceSeconds }),
    from: way.from,
    ...(version === undefined ? {} : { version }),
    ports: launch === undefined ? {} : (ports.byPart.get(part.name) ?? {}),
    urls: way.urls,
    log: join(folders.logs, `${part.name}.log`),
    restarts: runner.restarts(),
  };
}
