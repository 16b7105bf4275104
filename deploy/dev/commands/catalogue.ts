import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageFailure } from '../bootstrap/failure.mjs';

interface Listed {
  /** How people call it. */
  readonly call: string;
  readonly usage: string;
  readonly about: string;
  /** More lines of its help. */
  readonly more?: string;
  /**
   * What it takes: these options and so many words. `program`: the program that it starts reads everything, `--help`
   * too. `vitest`: everything but `--help` goes to vitest, whose options vitest-options.ts checks.
   */
  readonly takes: Taken | 'program' | 'vitest';
  /** Who needs it, if not everybody: people who change the code, or those who know that it has no npm script. */
  readonly for?: 'contributors' | 'few';
}

interface Taken {
  readonly options: NonNullable<ParseArgsConfig['options']>;
  readonly words: number;
  /** The words that it knows. Without it, any word. */
  readonly among?: readonly string[];
}

const flag = { type: 'boolean' } as const;
const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const vitestHelp = `
All other arguments go to vitest: \`npx vitest --help\` lists them. Words choose files by their paths. Vitest compares \`-t\`
with the names of the tests only when it has read the files, so the servers start before.`;
const nothing: Taken = { options: {}, words: 0 };
const words: Taken = { options: {}, words: Infinity };
const check: Taken = { options: { check: flag }, words: 0 };
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
    more: vitestHelp,
    takes: 'vitest',
  },
  verify: {
    call: 'npm run verify',
    usage: '[names of checks]',
    about: 'the fast checks, without servers',
    takes: words,
  },
  'test-roles': {
    call: 'npm run test:roles',
    usage: '[vitest arguments]',
    about: 'run the end-to-end tests through nginx, with every role as a separate process',
    more: vitestHelp,
    takes: 'vitest',
  },
  'test-new-service': {
    call: 'npm run test:new-service',
    usage: '',
    about: 'make a service in a copy of the checkout, and run every check and its tests',
    takes: nothing,
  },
  'test-image': {
    call: 'npm run test:image',
    usage: '[name]',
    about: 'build the container image, or take the named one, and buy something from it',
    takes: { options: {}, words: 1 },
  },
  'test-conformance': {
    call: 'npm run test:conformance',
    usage: '[--run case] [--skip case]',
    about: 'run the official conformance suite of Connect against our server (needs Go)',
    takes: { options: { run: texts, skip: texts }, words: 0 },
  },
  'test-clients': {
    call: 'npm run test:clients',
    usage: '[python] [go] [java] [typescript]',
    about: "buy with clients that other languages' generators make (skips what has no tools)",
    takes: { options: {}, words: 4, among: ['python', 'go', 'java', 'typescript'] },
  },
  'test-compose': {
    call: 'npm run test:compose',
    usage: '[image]',
    about: 'bring docker-compose.yml up, buy something through the gateway, and take it down',
    takes: { options: {}, words: 1 },
  },
  'test-temporal': {
    call: 'npm run test:temporal',
    usage: '[vitest arguments]',
    about: "test with Temporal's production server on Postgres: kills, backup, restore",
    more: vitestHelp,
    takes: 'vitest',
  },
  'test-faults': {
    call: 'npm run test:faults',
    usage: '[--seeds N] [vitest arguments]',
    about: 'run the fault tests with every role as a separate process',
    more: vitestHelp,
    takes: 'vitest',
  },
  mutations: {
    call: 'npm run test:mutations',
    usage: '[words]',
    about: 'put one mistake after another into the code; the tests must notice each',
    takes: words,
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
    takes: { options: {}, words: 1 },
  },
  'new-service': {
    call: 'npm run new:service',
    usage: '<name>',
    about: 'make a service: folder, contract, migration, and its entry in every list',
    takes: { options: {}, words: 1 },
  },
  'record-histories': {
    call: 'npm run record-histories',
    usage: '[word]',
    about: 'record the workflow histories for the replay test again',
    takes: { options: {}, words: 1 },
  },
  format: {
    call: 'npm run format',
    usage: '',
    about: 'format every file of the checkout with Prettier',
    takes: nothing,
    for: 'contributors',
  },
  lint: {
    call: 'npm run lint',
    usage: '[--fix] [paths]',
    about: 'check the code with oxlint (also --deny-warnings, --quiet, --format F)',
    takes: { options: { fix: flag, 'deny-warnings': flag, quiet: flag, format: text }, words: Infinity },
    for: 'contributors',
  },
  generate: {
    call: 'npm run generate',
    usage: '[--check]',
    about: 'generate code and the OpenAPI document from the protos (--check: only compare)',
    takes: check,
    for: 'contributors',
  },
  'db-generate': {
    call: 'npm run db:generate',
    usage: '[--check] [--name=<words>] [services]',
    about: 'write the migration of each service whose schema.ts has changed (--check: only look)',
    takes: { options: { check: flag, name: text }, words: Infinity },
    for: 'contributors',
  },
  'k8s-generate': {
    call: 'npm run k8s:generate',
    usage: '[--check]',
    about: 'write the ConfigMaps that contain files of the repository (--check: only compare)',
    takes: check,
    for: 'contributors',
  },
  'k8s-secrets': {
    call: 'npm run k8s:secrets',
    usage: '',
    about: 'print new secrets for Kubernetes, for `kubectl create -f -`',
    takes: nothing,
    for: 'contributors',
  },
  help: { call: 'npm run help', usage: '', about: 'this list', takes: nothing },
  kill: {
    call: `${bootstrap} kill`,
    usage: '<part> [signal]',
    about: 'kill a part of a running stack; the launcher starts it again',
    takes: part,
    for: 'few',
  },
  'stop-part': {
    call: `${bootstrap} stop-part`,
    usage: '<part>',
    about: 'stop one part; it stays down',
    takes: part,
    for: 'few',
  },
  'start-part': {
    call: `${bootstrap} start-part`,
    usage: '<part>',
    about: 'start a stopped part',
    takes: part,
    for: 'few',
  },
  restart: {
    call: `${bootstrap} restart`,
    usage: '<part>',
    about: 'stop and start one part',
    takes: part,
    for: 'few',
  },
  run: {
    call: `${bootstrap} run`,
    usage: '<script|program> [args]',
    about: 'run a program on Node 24, with the addresses of the dev stack in its environment',
    takes: 'program',
    for: 'few',
  },
} as const satisfies Readonly<Record<string, Listed>>;

const listed: Readonly<Record<string, Listed>> = catalogue;

/** What is printed instead of running the command; undefined if it is to run. @throws UsageFailure if an argument is wrong */
export function answerBefore(name: string, args: readonly string[]): string | undefined {
  const command = listed[name];
  if (command === undefined || command.takes === 'program') return undefined;
  if (args.some((arg) => arg === '--help' || arg === '-h')) return usageOf(command);
  if (command.takes === 'vitest') return undefined;
  const { options, words: most, among } = command.takes;
  const given = parsed(args, options, command);
  const extra = given.positionals.find((word, at) => at >= most || among?.includes(word) === false);
  if (extra !== undefined)
    throw new UsageFailure(`${command.call} does not take "${extra}".`, { suggestion: line(command) });
  return undefined;
}

function parsed(args: readonly string[], options: Taken['options'], command: Listed) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    // The first sentence names the option; Node's advice after it is about its own API.
    const message = cause instanceof Error ? (cause.message.split('. ')[0] ?? '') : String(cause);
    throw new UsageFailure(`${message}.`.replace('..', '.'), { suggestion: line(command), cause });
  }
}

const line = ({ call, usage }: Listed) => {
  const dashes = call.startsWith('npm') && usage !== '' && usage.includes('-') ? ' --' : '';
  return usage === '' ? call : `${call}${dashes} ${usage}`;
};
const usageOf = (command: Listed) =>
  [line(command), '', command.about, ...(command.more?.split('\n') ?? [])].join('\n');

const width = 26;

/** All commands, one to a line. */
export function helpText(): string {
  const rowsFor = (whom: Listed['for']) =>
    Object.values(listed)
      .filter((command) => command.for === whom)
      .map(({ call, usage, about }) => {
        const name = whom === 'few' ? `${call.slice(bootstrap.length + 1)} ${usage}` : call;
        return `  ${name.padEnd(width)} ${about}`;
      })
      .join('\n');
  return `Commands. \`npm run <command> -- --help\` tells what one takes.

${rowsFor(undefined)}

For people who change the code:

${rowsFor('contributors')}

Without an npm script, with \`${bootstrap} <command>\`:

${rowsFor('few')}`;
}
