import { flag, nothing, profile, text, type Listed, type Taken } from './listed.ts';

/** How commands without an npm script are called. */
export const bootstrap = 'node deploy/dev/bootstrap.mjs';
const check: Taken = { options: { check: flag('write nothing, and fail if something is out of date') }, words: 0 };
const part: Taken = { options: { profile }, words: 2 };
const partWords = { '<part>': 'as `npm run status -- --json` names it: app, postgres, redis, kafka, temporal …' };

/** For people who change the code. */
export const forContributors = {
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
    words: { '[paths]': 'only these files and folders' },
    takes: {
      options: {
        fix: flag('mend what can be mended'),
        'deny-warnings': flag('fail for a warning, too'),
        quiet: flag('show no warnings'),
        format: text('F', 'how to print: default, json, github, unix …'),
      },
      words: Infinity,
    },
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
    words: { '[services]': 'only these, for example wallet' },
    takes: {
      options: {
        check: flag('write nothing, and fail if a migration is missing'),
        name: text('WORDS', 'the name of the migration'),
      },
      words: Infinity,
    },
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
} as const satisfies Readonly<Record<string, Listed>>;

/** For those who know that they have no npm script. */
export const withoutScript = {
  kill: {
    call: `${bootstrap} kill`,
    usage: '<part> [signal]',
    about: 'kill a part of a running stack; the launcher starts it again',
    words: { ...partWords, '[signal]': 'the signal (default: SIGKILL)' },
    takes: part,
    for: 'few',
  },
  'stop-part': {
    call: `${bootstrap} stop-part`,
    usage: '<part>',
    about: 'stop one part; it stays down',
    words: partWords,
    takes: part,
    for: 'few',
  },
  'start-part': {
    call: `${bootstrap} start-part`,
    usage: '<part>',
    about: 'start a stopped part',
    words: partWords,
    takes: part,
    for: 'few',
  },
  restart: {
    call: `${bootstrap} restart`,
    usage: '<part>',
    about: 'stop and start one part',
    words: partWords,
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
