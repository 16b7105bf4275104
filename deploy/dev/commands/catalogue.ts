import { parseArgs } from 'node:util';
import { UsageFailure } from '../bootstrap/failure.mjs';
import { bootstrap, forContributors, withoutScript } from './catalogue-few.ts';
import { flag, line, nothing, profile, text, texts, usageOf, type Listed, type Taken } from './listed.ts';

const vitestHelp = `All other arguments go to vitest: \`npx vitest --help\` lists them. Words choose files by their paths. Vitest compares \`-t\`
with the names of the tests only when it has read the files, so the servers start before.`;
const words: Taken = { options: {}, words: Infinity };
const json = flag('print JSON for programs');
const vitestWords = { '[vitest arguments]': 'see below' };
const lines = {
  order: text('ID', 'only lines about this order: a UUID, or checkout-<UUID>'),
  request: text('ID', 'only lines of this request, by its id or that of its trace'),
  user: text('ID', 'only lines about this user'),
  level: text('L', 'only lines of this level and above: trace, debug, info, warn, error, fatal'),
};

/** The commands of the launcher, in the order of the help. */
export const catalogue = {
  demo: {
    call: 'npm run demo',
    usage: '[--keep] [--chaos [--seed N] [--seconds N]]',
    about: 'show the platform at work (--keep: leave it running; --chaos: kill processes meanwhile)',
    takes: {
      options: {
        keep: flag('leave the platform running afterwards; `npm run stop` ends it'),
        chaos: flag('kill processes while customers shop, and show that nothing is lost'),
        seed: text('N', 'with --chaos: what is killed and when follows from this number'),
        seconds: text('N', 'with --chaos: how long processes are killed (default: 60)'),
      },
      words: 0,
    },
  },
  dev: {
    call: 'npm run dev',
    usage: '[--detach] [--infra-only] [--observe] [<part>] [--level L]',
    about: 'run the platform, show its log, reload changed code (also --order, --quiet, --no-reload)',
    words: { '<part>': 'show the log of this part instead of our processes: postgres, redis, kafka, temporal …' },
    takes: {
      options: {
        detach: flag('return when it is ready, and leave it running; `npm run stop` ends it'),
        'infra-only': flag('start the servers, migrate and seed, but leave our processes out'),
        observe: flag('also start Prometheus, Grafana and Jaeger, those that this machine has'),
        'no-reload': flag('do not start our processes again when their code changes'),
        quiet: flag('show no log'),
        json: flag('show the log as it was written, not for people'),
        ...lines,
      },
      words: 1,
    },
  },
  status: {
    call: 'npm run status',
    usage: '[--json]',
    about: 'show what runs: pids, memory, ports, versions, addresses',
    takes: { options: { json }, words: 0 },
  },
  logs: {
    call: 'npm run logs',
    usage: '[<part>] [--order|--request|--user ID] [--level L]',
    about: 'print the log of a part, or the story of an order (also --follow, --json)',
    words: { '<part>': 'the part whose log it is: app, postgres, redis, kafka, temporal …; with a filter, all' },
    takes: {
      options: {
        follow: flag('also print what is added, until Ctrl-C'),
        json: flag('print the lines as they were written, not for people'),
        profile,
        ...lines,
      },
      words: 1,
    },
  },
  stop: { call: 'npm run stop', usage: '', about: 'stop the dev stack and a demo that was kept', takes: nothing },
  reset: {
    call: 'npm run reset',
    usage: '[--yes]',
    about: 'stop the dev stack and delete its data (at a terminal it asks before, unless --yes)',
    takes: { options: { yes: flag('do not ask') }, words: 0 },
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
    words: { '--infra-only': 'start Postgres, Redis, Kafka and Temporal, and none of our processes', ...vitestWords },
    more: vitestHelp,
    takes: 'vitest',
  },
  verify: {
    call: 'npm run verify',
    usage: '[names of checks]',
    about: 'the fast checks, without servers',
    words: { '[names of checks]': 'only these: format, lint, types, … (a wrong name lists them)' },
    takes: words,
  },
  'test-roles': {
    call: 'npm run test:roles',
    usage: '[vitest arguments]',
    about: 'run the end-to-end tests through nginx, with every role as a separate process',
    words: vitestWords,
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
    words: { '[name]': 'the image to test, instead of building one' },
    takes: { options: {}, words: 1 },
  },
  'test-conformance': {
    call: 'npm run test:conformance',
    usage: '[--run case] [--skip case]',
    about: 'run the official conformance suite of Connect against our server (needs Go)',
    takes: {
      options: {
        run: texts('CASE', 'only cases of this name, for example Basic/**'),
        skip: texts('CASE', 'leave these out'),
      },
      words: 0,
    },
  },
  'test-clients': {
    call: 'npm run test:clients',
    usage: '[python] [go] [java] [typescript]',
    about: "buy with clients that other languages' generators make (skips what has no tools)",
    words: { '[python] [go] [java] [typescript]': 'only clients in these languages' },
    takes: { options: {}, words: 4, among: ['python', 'go', 'java', 'typescript'] },
  },
  'test-compose': {
    call: 'npm run test:compose',
    usage: '[image]',
    about: 'bring docker-compose.yml up, buy something through the gateway, and take it down',
    words: { '[image]': 'the image of our processes, instead of building one' },
    takes: { options: {}, words: 1 },
  },
  'test-temporal': {
    call: 'npm run test:temporal',
    usage: '[vitest arguments]',
    about: "test with Temporal's production server on Postgres: kills, backup, restore",
    words: vitestWords,
    more: vitestHelp,
    takes: 'vitest',
  },
  'test-faults': {
    call: 'npm run test:faults',
    usage: '[--seeds N] [vitest arguments]',
    about: 'run the fault tests with every role as a separate process',
    words: { '--seeds N': 'run each test with so many seeds', ...vitestWords },
    more: vitestHelp,
    takes: 'vitest',
  },
  mutations: {
    call: 'npm run test:mutations',
    usage: '[words]',
    about: 'put one mistake after another into the code; the tests must notice each',
    words: { '[words]': 'only mistakes whose name or file has one of these words' },
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
    words: { '[seconds]': 'how long (default: 60)' },
    takes: { options: {}, words: 1 },
  },
  'new-service': {
    call: 'npm run new:service',
    usage: '<name>',
    about: 'make a service: folder, contract, migration, and its entry in every list',
    words: { '<name>': 'the name of the service, for example reviews' },
    takes: { options: {}, words: 1 },
  },
  'record-histories': {
    call: 'npm run record-histories',
    usage: '[word]',
    about: 'record the workflow histories for the replay test again',
    words: { '[word]': 'only histories whose name has it' },
    takes: { options: {}, words: 1 },
  },
  ...forContributors,
  help: { call: 'npm run help', usage: '', about: 'this list', takes: nothing },
  ...withoutScript,
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
