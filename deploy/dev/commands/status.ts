import { describeProcess, identityOf, isSameProcess } from '../bootstrap/identity.mjs';
import type { Stage } from '../supervisor/part.ts';
import { isSupervised, type PartState, type StackState } from '../supervisor/state.ts';
import { readProcesses, type ProcessTable } from '../ui/memory.ts';
import { type Command, takeFlag } from './context.ts';
import { processRestarts, takesCalls } from './part-now.ts';
import { whyNotReady, type PartWord } from './readiness.ts';
import { knownStacks } from './stacks.ts';

/**
 * Prints each stack: its parts with state, pid, memory, ports, version and source, and its addresses. A part whose work
 * several processes share is followed by a line for each of them. A stack of which a part is away, or takes no calls now, is not
 * ready, and the first line tells which. `--json` is for programs. The exit code is 0 even if nothing runs.
 */
export const status: Command = async ({ root, args, print }) => {
  const processes = readProcesses();
  const stacks = await Promise.all(knownStacks(root).map((state) => describe(state, processes)));
  if (takeFlag(args, '--json').on) {
    const dev = stacks.find((stack) => stack.profile === 'dev');
    const brief = {
      running: dev?.running ?? false,
      ready: dev?.ready ?? false,
      ...(dev?.notReady === undefined ? {} : { notReady: dev.notReady }),
      urls: dev?.urls ?? {},
      parts: dev?.parts ?? [],
    };
    print(JSON.stringify({ ...brief, stacks }, undefined, 2));
    return 0;
  }
  if (stacks.length === 0) print('No stack is running. Start the dev stack with: npm run dev');
  for (const stack of stacks) print(format(stack));
  return 0;
};

async function describe(state: StackState, processes: ProcessTable) {
  const running = isSupervised(state);
  const { profile, startedAt, supervisor, urls } = state;
  const parts = await Promise.all(state.parts.map((part) => describePart(part, { running, state }, processes)));
  // While the stack starts for the first time, only a part that failed is worth telling.
  const isToldWhy = running && (state.ready || parts.some((part) => part.state === 'failed'));
  const notReady = isToldWhy ? whyNotReady(parts) : undefined;
  const ready = running && state.ready && notReady === undefined;
  const why = notReady === undefined ? {} : { notReady };
  return { profile, running, ready, ...why, startedAt, supervisorPid: supervisor.pid, urls, parts };
}

interface Whole {
  readonly running: boolean;
  readonly state: StackState;
}

async function describePart(part: PartState, { running, state: stack }: Whole, processes: ProcessTable) {
  const { name, title, kind, detail, from, version, ports, urls, log, pid, identity } = part;
  const { startsWhenAsked = false } = part;
  const alive = pid !== undefined && isSameProcess(pid, identity ?? identityOf(pid));
  // Without a supervisor the state file is out of date, so only the process itself tells the state.
  const told: PartWord = running ? stageOf(part, alive) : alive ? 'orphaned' : 'stopped';
  // During the start the supervisor asks itself.
  const isAsked = stack.ready && told === 'healthy';
  const [answers, inside] = await Promise.all([!isAsked || takesCalls(part), processRestarts(part)]);
  const state: PartWord = answers ? told : 'unready';
  return {
    name,
    title,
    kind,
    state,
    startsWhenAsked,
    ...(detail === undefined ? {} : { detail }),
    ...(alive ? { pid, memoryMiB: mebibytes(processes.memory(pid)) } : {}),
    ...(alive && kind === 'app' ? sharing(pid, processes) : {}),
    from,
    ...(version === undefined ? {} : { version }),
    ports,
    urls,
    restarts: part.restarts + inside.count,
    restartsLately: inside.lately,
    log,
  };
}

/** A process that has ended is about to be started again, even if the state file does not tell it yet. */
function stageOf({ stage, pid }: PartState, alive: boolean): Stage {
  return stage === 'healthy' && pid !== undefined && !alive ? 'restarting' : stage;
}

/** The processes that share the ports of a part: its pid is that of their parent. */
function sharing(parent: number, table: ProcessTable) {
  const processes = table.children(parent).flatMap((pid) => {
    const number = /processes\/child\.ts (\d+)\//.exec(describeProcess(pid)?.command ?? '')?.[1];
    return number === undefined ? [] : [{ number: Number(number), pid, memoryMiB: mebibytes(table.memory(pid)) }];
  });
  return processes.length === 0 ? {} : { processes: processes.sort((one, other) => one.number - other.number) };
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

function format(stack: Awaited<ReturnType<typeof describe>>): string {
  const word = wordFor(stack);
  const rows = stack.parts.flatMap((part) => [
    rowOf(part),
    ...('processes' in part ? part.processes : []).map(({ number, pid, memoryMiB }) => [
      `  process ${number}`,
      '',
      `pid ${pid}`,
      `${memoryMiB} MiB`,
    ]),
  ]);
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, at) => Math.max(most[at] ?? 0, cell.length)), []);
  const table = rows.map(
    (row) =>
      `  ${row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd()}`,
  );
  const urls = Object.entries(stack.urls).map(([name, url]) => `  ${name.padEnd(12)} ${url}`);
  return [`${stack.profile}: ${word}`, ...table, ...urls].join('\n');
}

function rowOf({
  title,
  state,
  restarts,
  pid,
  memoryMiB,
  version,
  from,
  ports,
}: Awaited<ReturnType<typeof describePart>>): string[] {
  return [
    title,
    restarts === 0 ? state : `${state}, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`,
    pid === undefined ? '' : `pid ${pid}`,
    memoryMiB === undefined ? '' : `${memoryMiB} MiB`,
    Object.entries(ports)
      .map(([name, port]) => `${name} ${port}`)
      .join(', '),
    [version, from].filter((text) => text !== undefined).join(', '),
  ];
}

function wordFor({ ready, notReady, running, parts }: Awaited<ReturnType<typeof describe>>): string {
  if (notReady !== undefined) return `not ready: ${notReady}`;
  if (running) return ready ? `ready${whyUnsteady(parts)}` : 'starting';
  const left = parts.some(({ state }) => state === 'orphaned');
  return left
    ? 'still running, but its launcher was killed; stop it with: npm run stop'
    : 'stopped, because its launcher was killed';
}

/** So many processes crash within a minute only if they do it again and again. */
const manyLately = 3;

/** The parts whose processes crash again and again, although they take calls in between. */
function whyUnsteady(parts: readonly Awaited<ReturnType<typeof describePart>>[]): string {
  const told = parts
    .filter(({ restartsLately }) => restartsLately >= manyLately)
    .map(({ title, restartsLately }) => `${restartsLately} processes of ${title.replace('All', 'all')}`);
  return told.length === 0 ? '' : `, but ${told.join(', ')} ended within a minute; the log tells why`;
}
