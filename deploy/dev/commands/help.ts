import type { Command } from './context.ts';

const text = `npm run <command> [-- arguments]

  dev [--detach] [--infra-only]   run everything on this machine
  status [--json]                 what runs, where, how it was got, what it takes
  logs <part> [--follow]          a part's log
  stop                            end dev and a kept demo
  reset                           empty dev's data
  test [vitest's arguments]       run the tests against a stack of their own (--infra-only: only the servers)
  test:roles                      the end-to-end tests through nginx, every role a process of its own
  test:new-service                a service made in a copy of the checkout passes every check and serves its API
  test:image [name]               build the container image, or take this one, and check out in it
  test:temporal                   Temporal's own server on Postgres, as it is deployed: kills, backup and restore
  test:faults [--seeds N]         the same platform under faults; further arguments are vitest's
  demo [--keep] [--chaos]         show it at work, or at surviving kill -9 (--seed N repeats it)
  bench [seconds]                 measure checkouts against empty workflows
  fuzz [seconds]                  send generated requests to every REST operation
  mutations [words]               put one fault after another into the code; the tests must notice each
  new:service <name>              make a service: folder, contract, migration, and its place in every list
  record-histories                record anew what the workflows do, for the replay test
  cli                             the operator's command line

By node deploy/dev/bootstrap.mjs <command> also: kill, restart, stop-part, start-part <part> [--profile name];
run <script|program> [arguments].`;

/** Says what there is. */
export const help: Command = async ({ print }) => {
  print(text);
  return 0;
};
