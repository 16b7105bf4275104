/**
 * A program of its own, since vitest changes the process that it runs in: `node named-tests.ts <arguments of vitest>`.
 * It exits with 0 if a test has the name of `-t`, with `noTest` if none has it for sure, and else with another code.
 */
import { createVitest, parseCLI, type TestModule } from 'vitest/node';
import { noTest } from './test-names.ts';

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const pattern = new RegExp(options.testNamePattern ?? '');
const hasName = (modules: readonly TestModule[]): boolean =>
  modules.some(({ children }) => [...children.allTests()].some(({ fullName }) => pattern.test(fullName)));

// Nothing runs here, so the files may share their modules: that is ten times as fast.
const quick = { isolate: false, pool: 'threads' as const };
const vitest = await createVitest('test', {
  ...options,
  ...quick,
  watch: false,
  coverage: { enabled: false },
  reporters: [{}],
});
process.exitCode = await outcome();
await vitest.close();

async function outcome(): Promise<number> {
  const files = await vitest.getRelevantTestSpecifications(filter);
  // The names as the code has them, which takes some seconds for all files.
  if (hasName(await vitest.parseSpecifications(files))) return 0;
  // Then all names, also those of `test.each` and of loops: the files are loaded, and no test runs.
  const { testModules, unhandledErrors } = await vitest.collectTests(files);
  if (hasName(testModules)) return 0;
  const isSure = unhandledErrors.length === 0 && testModules.every((module) => module.errors().length === 0);
  return isSure ? noTest : 1;
}
