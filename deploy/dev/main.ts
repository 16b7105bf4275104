/** The launcher on Node 24: runs one command. bootstrap.mjs starts it. */
import { withCurrentNames } from '../../platform/config/former-names.ts';
import { formerNames } from '../../runtime/former-names.ts';
import { exitCodeOf, printFailure, UsageFailure } from './bootstrap/failure.mjs';
import { root } from './bootstrap/paths.mjs';
import { answerBefore } from './commands/catalogue.ts';
import type { Command } from './commands/context.ts';
import { listenForEnd } from './lifeline.ts';

/** A program with arguments, which the arguments of the caller follow. */
const program =
  (...words: readonly string[]) =>
  async (): Promise<Command> => {
    const { run } = await import('./commands/run.ts');
    return (context) => run({ ...context, args: [...words, ...context.args] });
  };

const commandLoaders: Readonly<Record<string, () => Promise<Command>>> = {
  help: async () => (await import('./commands/help.ts')).help,
  dev: async () => (await import('./commands/dev.ts')).dev,
  status: async () => (await import('./commands/status.ts')).status,
  logs: async () => (await import('./commands/logs.ts')).logs,
  stop: async () => (await import('./commands/stop.ts')).stop,
  reset: async () => (await import('./commands/stop.ts')).reset,
  test: async () => (await import('./commands/test.ts')).test,
  'test-roles': async () => (await import('./commands/test.ts')).testRoles,
  'test-image': async () => (await import('./commands/test.ts')).testImage,
  'test-conformance': async () => (await import('./commands/test.ts')).testConformance,
  'test-clients': async () => (await import('./commands/test.ts')).testClients,
  'test-compose': async () => (await import('./commands/test.ts')).testCompose,
  'test-new-service': async () => (await import('./commands/test.ts')).testNewService,
  'test-temporal': async () => (await import('./commands/test.ts')).testTemporal,
  'test-faults': async () => (await import('./commands/faults.ts')).testFaults,
  bench: async () => (await import('./commands/bench.ts')).bench,
  'bench-sizing': async () => (await import('./commands/bench.ts')).benchSizing,
  fuzz: async () => (await import('./commands/test.ts')).fuzz,
  mutations: async () => (await import('./commands/test.ts')).mutations,
  'new-service': async () => (await import('./commands/new-service.ts')).newService,
  'record-histories': async () => (await import('./commands/test.ts')).recordHistories,
  demo: async () => (await import('./commands/demo.ts')).demo,
  cli: program('cli/main.ts'),
  verify: program('deploy/ci/verify.ts'),
  format: program('prettier', '--write', '.'),
  lint: program('oxlint', '--type-aware'),
  generate: program('proto/generate.ts'),
  'db-generate': program('drizzle/generate.ts'),
  'k8s-generate': program('deploy/k8s/generate.ts'),
  'k8s-secrets': program('deploy/k8s/secrets.ts'),
  run: async () => (await import('./commands/run.ts')).run,
  kill: async () => (await import('./commands/parts.ts')).kill,
  restart: async () => (await import('./commands/parts.ts')).restart,
  'stop-part': async () => (await import('./commands/parts.ts')).stopPart,
  'start-part': async () => (await import('./commands/parts.ts')).startPart,
  daemon: async () => (await import('./commands/daemon.ts')).daemon,
};

const ending = listenForEnd(process.env);
const [name = 'help', ...given] = process.argv.slice(2);
const args = given[0] === '--' ? given.slice(1) : given;
const print = (text: string) => process.stdout.write(`${text}\n`);
// The launcher sets variables by their current names. Former names that the user has set are renamed first, so that the
// user's values still win.
const { env, warnings } = withCurrentNames(process.env, formerNames);
for (const warning of warnings) process.stderr.write(`${warning}\n`);
try {
  const load = commandLoaders[name];
  if (load === undefined) {
    throw new UsageFailure(`There is no command ${name}.`, {
      suggestion: 'npm run help',
    });
  }
  const answer = answerBefore(name, args);
  if (answer === undefined) {
    const command = await load();
    const code = await command({ root, env, args, ending, print });
    process.exitCode = ending.signal.aborted ? ending.code() : code;
  } else {
    print(answer);
  }
} catch (error) {
  if (!ending.signal.aborted) {
    const { forPeople } = await import('./commands/crash.ts');
    printFailure(error, { showLine: forPeople });
  }
  process.exitCode = ending.signal.aborted ? ending.code() : exitCodeOf(error);
}
// Output to a pipe is asynchronous, and exit would lose it. So exit waits for an empty write at the end.
process.stdout.write('', () => process.exit());
