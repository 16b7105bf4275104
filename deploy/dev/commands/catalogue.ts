import { parseArgs } from 'node:util';
import { Failure } from '../bootstrap/failure.mjs';

interface Listed {
  /** How people call it. */
  readonly call: string;
  readonly usage: string;
  readonly about: string;
  /**
   * What it takes: these options and so many words. `program`: the program that it starts reads everything, `--help`
   * too. `tests`: everything but `--help` goes to the program that it starts.
   */
  readonly takes: Taken | 'program' | 'tests';
  /** It has no npm script. */
  readonly hidden?: true;
}

interface Taken {
  readonly options: Readonly<Record<string, { readonly type: 'boolean' | 'string' }>>;
  readonly words: number;
}

const flag = { type: 'boolean' } as const;
const text = { type: 'string' } as const;
const nothing: Taken = { options: {}, words: 0 };
const part: Taken = { options: { profile: text }, words: 2 };
const bootstrap = 'node deploy/dev/bootstrap.mjs';

/** The commands of the launcher, in the order of the help. */
export const catalogue = {
  demo: {
    call: 'npm run demo',
    usage: '[--keep] [--chaos [--seed N] [--seconds N]]',
    about: 'show the platform at work (--keep: leave it running; --chaos: kill processes meanwhile)',
    takes: { options: { keep: flag, chaos: flag, seed: text, seconds: text }, words: 0 },
  },
  dev: {
    call: 'npm run dev',
    usage: '[--detach] [--infra-only] [--observe] [<part>] [--level L]',
    about: 'run the platform, show its log, reload changed code (also --order, --quiet, --no-reload)',
    takes: {
      options: {
        ...{ detach: flag, 'infra-only': flag, 'no-reload': flag, observe: flag, quiet: flag, json: flag },
        ...{ order: text, request: text, user: text, level: text },
      },
      words: 1,
    },
  },
  status: {
    call: 'npm run status',
    usage: '[--json]',
    about: 'show what runs: pids, memory, ports, versions, addresses',
    takes: { options: { json: flag }, words: 0 },
  },
  logs: {
    call: 'npm run logs',
    usage: '[<part>] [--order|--request|--user ID] [--level L]',
    about: 'print the log of a part, or the story of an order (also --follow, --json)',
    takes: {
      options: { follow: flag, json: flag, profile: text, order: text, request: text, user: text, level: text },
      words: 1,
    },
  },
  stop: { call: 'npm run stop', usage: '', about: 'stop the dev stack and a demo that was kept', takes: nothing },
  reset: {
    call: 'npm run reset',
    usage: '[--yes]',
    about: 'stop the dev stack and delete its data (at a terminal it asks before, unless --yes)',
    takes: { options: { yes: flag }, words: 0 },
  },
  cli: {
    call: 'npm run cli',
    usage: '<command>',
    about: "the operator's command line: orders, checkouts, wallets, products, keys, events, audit",
    takes: 'program',
  },
  test: {
    call: 'npm test',
    usage: '[--infra-only] [vitest arguments]',
    about: 'start a separate stack and run the tests (--infra-only: only the servers)',
    takes: 'tests',
  },
  verify: { call: 'npm run verify', usage: '', about: 'the fast checks, without servers', takes: 'program' },
  'test-roles': {
    call: 'npm run test:roles',
    usage: '[vitest arguments]',
    about: 'run the end-to-end tests through nginx, with every role as a separate process',
    takes: 'tests',
  },
  'test-new-service': {
    call: 'npm run test:new-service',
    usage: '',
    about: 'make a service in a copy of the checkout, and run every check and its tests',
    takes: 'tests',
  },
  'test-image': {
    call: 'npm run test:image',
    usage: '[name]',
    about: 'build the container image, or take the named one, and buy something from it',
    takes: 'tests',
  },
  'test-conformance': {
    call: 'npm run test:conformance',
    usage: '',
    about: 'run the official conformance suite of Connect against our server (needs Go)',
    takes: 'tests',
  },
  'test-clients': {
    call: 'npm run test:clients',
    usage: '[python] [go] [java] [typescript]',
    about: "buy with clients that other languages' generators make (skips what has no tools)",
    takes: 'tests',
  },
  'test-compose': {
    call: 'npm run test:compose',
    usage: '[image]',
    about: 'bring docker-compose.yml up, buy something through the gateway, and take it down',
    takes: 'tests',
  },
  'test-temporal': {
    call: 'npm run test:temporal',
    usage: '[vitest arguments]',
    about: "test with Temporal's production server on Postgres: kills, backup, restore",
    takes: 'tests',
  },
  'test-faults': {
    call: 'npm run test:faults',
    usage: '[--seeds N] [vitest arguments]',
    about: 'run the fault tests with every role as a separate process',
    takes: 'tests',
  },
  mutations: {
    call: 'npm run test:mutations',
    usage: '[words]',
    about: 'put one mistake after another into the code; the tests must notice each',
    takes: 'tests',
  },
  bench: {
    call: 'npm run bench',
    usage: '[rows] [options]',
    about: 'measure the platform against its bars (--help lists rows and options)',
    takes: 'program',
  },
  'bench-sizing': {
    call: 'npm run bench:sizing',
    usage: '[options]',
    about: 'measure what each role and server spends on each request',
    takes: 'program',
  },
  fuzz: {
    call: 'npm run fuzz',
    usage: '[seconds]',
    about: 'send generated requests to every REST operation',
    takes: 'tests',
  },
  'new-service': {
    call: 'npm run new:service',
    usage: '<name>',
    about: 'make a service: folder, contract, migration, and its entry in every list',
    takes: { options: {}, words: 1 },
  },
  'record-histories': {
    call: 'npm run record-histories',
    usage: '[words]',
    about: 'record the workflow histories for the replay test again',
    takes: 'tests',
  },
  help: { call: 'npm run help', usage: '', about: 'this list', takes: nothing },
  kill: {
    call: `${bootstrap} kill`,
    usage: '<part> [signal]',
    about: 'kill a part of a running stack; the launcher starts it again',
    takes: part,
    hidden: true,
  },
  'stop-part': {
    call: `${bootstrap} stop-part`,
    usage: '<part>',
    about: 'stop one part; it stays down',
    takes: part,
    hidden: true,
  },
  'start-part': {
    call: `${bootstrap} start-part`,
    usage: '<part>',
    about: 'start a stopped part',
    takes: part,
    hidden: true,
  },
  restart: {
    call: `${bootstrap} restart`,
    usage: '<part>',
    about: 'stop and start one part',
    takes: part,
    hidden: true,
  },
  run: {
    call: `${bootstrap} run`,
    usage: '<script|program> [args]',
    about: 'run a program on Node 24, with the addresses of the dev stack in its environment',
    takes: 'program',
    hidden: true,
  },
} as const satisfies Readonly<Record<string, Listed>>;

const listed: Readonly<Record<string, Listed>> = catalogue;

/** What is printed instead of running the command; undefined if it is to run. @throws Failure if an argument is wrong */
export function answerBefore(name: string, args: readonly string[]): string | undefined {
  const command = listed[name];
  if (command === undefined || command.takes === 'program') return undefined;
  if (args.some((arg) => arg === '--help' || arg === '-h')) return usageOf(command);
  if (command.takes === 'tests') return undefined;
  const { options, words } = command.takes;
  const given = parsed(args, options, command);
  const extra = given.positionals[words];
  if (extra !== undefined)
    throw new Failure(`${command.call} does not take "${extra}".`, { suggestion: line(command) });
  return undefined;
}

function parsed(args: readonly string[], options: Taken['options'], command: Listed) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    // The first sentence names the option; Node's advice after it is about its own API.
    const message = cause instanceof Error ? (cause.message.split('. ')[0] ?? '') : String(cause);
    throw new Failure(`${message}.`.replace('..', '.'), { suggestion: line(command), cause });
  }
}

const line = ({ call, usage }: Listed) => {
  const dashes = call.startsWith('npm') && usage !== '' && usage.includes('-') ? ' --' : '';
  return usage === '' ? call : `${call}${dashes} ${usage}`;
};
const usageOf = (command: Listed) => `${line(command)}\n\n${command.about}`;

const width = 26;

/** All commands, one to a line. */
export function helpText(): string {
  const all = Object.values(listed);
  const rows = (some: readonly Listed[]) =>
    some.map(({ call, about }) => `  ${call.padEnd(width)} ${about}`).join('\n');
  return `Commands. \`npm run <command> -- --help\` tells what one takes.

${rows(all.filter(({ hidden }) => hidden !== true))}

Without an npm script, with \`${bootstrap} <command>\`:

${all
  .filter(({ hidden }) => hidden === true)
  .map(({ call, usage, about }) => `  ${`${call.slice(bootstrap.length + 1)} ${usage}`.padEnd(width)} ${about}`)
  .join('\n')}`;
}
