import type { Command } from './context.ts';

const text = `npm run <command> [-- arguments]

  dev [--detach] [--infra-only]   run the platform on this machine until Ctrl-C (--detach: in the background;
                                  --infra-only: only Postgres, Redis, Kafka and Temporal)
  status [--json]                 show what runs: pids, memory, ports, versions, addresses
  logs <part> [--follow]          print the log of a part, for example postgres or app
  stop                            stop the dev stack and a demo that was kept
  reset                           stop the dev stack and delete its data
  test [vitest arguments]         start a separate stack and run the tests (--infra-only: only the servers)
  test:roles                      run the end-to-end tests through nginx, with every role as a separate process
  test:new-service                make a service in a copy of the checkout, and run every check and its tests
  test:image [name]               build the container image, or take the named one, and buy something from it
  test:compose [name]             bring docker-compose.yml up, buy something through the gateway, and take it down
  test:temporal                   test with Temporal's production server on Postgres: kills, backup, restore
  test:faults [--seeds N]         run the fault tests with every role as a separate process; other arguments go to vitest
  test:mutations [words]          put one mistake after another into the code; the tests must notice each
  demo [--keep] [--chaos]         show the platform at work (--keep: leave it running; --chaos: kill processes
                                  meanwhile, --seed N repeats a run)
  bench [rows] [options]          measure the platform against its bars (--help lists rows and options)
  bench:sizing                    measure what each role and server spends on each request
  fuzz [seconds]                  send generated requests to every REST operation
  new:service <name>              make a service: folder, contract, migration, and its entry in every list
  record-histories                record the workflow histories for the replay test again
  cli                             the operator's command line (npm run cli -- --help)

Commands of node deploy/dev/bootstrap.mjs, without an npm script:

  kill <part> [signal]            kill a part of a running stack; the launcher starts it again
  stop-part, start-part, restart <part>
                                  stop, start or restart one part (--profile name: of another stack than dev)
  run <script|program> [args]     run a program on Node 24, with the addresses of the dev stack in its environment`;

/** Prints the commands. */
export const help: Command = async ({ print }) => {
  print(text);
  return 0;
};
