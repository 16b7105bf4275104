/**
 * `npm run test:mutations [words of a name]`: puts one mutation after another into a copy of the code and runs the tests
 * that guard this place. A test must fail. The exit code is 1 if a mutation survives.
 */
import type { Mutation } from './mutation.ts';
import { mutations } from './mutations.ts';
import { openCopy, type Copy } from '../copy/copy.ts';
import { runTests, type Verdict } from '../copy/run-tests.ts';

interface Result {
  readonly mutation: Mutation;
  readonly verdict: Verdict;
  readonly seconds: number;
}

const words = process.argv.slice(2);
const chosen = mutations.filter(({ name }) => words.every((word) => name.includes(word)));
if (chosen.length === 0) throw new Error(`no mutation has these words in its name: ${words.join(' ')}`);

const copy = await openCopy();
const results: Result[] = [];
try {
  await expectSound(copy);
  for (const mutation of chosen) results.push(await tryMutation(copy, mutation));
} finally {
  await copy.close();
}
report(results);

/** Runs the tests without a mutation. Tests that fail already would prove nothing. @throws Error if one fails */
async function expectSound({ folder }: Copy): Promise<void> {
  const tests = [...new Set(chosen.flatMap((mutation) => mutation.tests))].sort();
  const verdict = await runTests(folder, tests);
  if (verdict.kind !== 'passed') throw new Error(`tests fail without a mutation: ${JSON.stringify(verdict)}`);
  console.log(`ok      without a mutation: ${verdict.count} tests pass`);
}

async function tryMutation(target: Copy, mutation: Mutation): Promise<Result> {
  const started = performance.now();
  const restore = await target.replace(mutation.file, mutation.from, mutation.to);
  try {
    const verdict = await runTests(target.folder, mutation.tests);
    const seconds = (performance.now() - started) / 1000;
    const head = `${verdict.kind === 'failed' ? 'caught ' : 'ALIVE  '} ${mutation.name} (${seconds.toFixed(0)} s)`;
    console.log(
      verdict.kind === 'failed' ? `${head}: ${verdict.test}\n          ${verdict.why}` : `${head}: ${verdict.kind}`,
    );
    return { mutation, verdict, seconds };
  } finally {
    await restore();
  }
}

function report(all: readonly Result[]): void {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  console.log('\n| mutation | what it would cost | caught by |\n| --- | --- | --- |');
  for (const { mutation, verdict } of all) {
    const by = verdict.kind === 'failed' ? `${verdict.file}: ${verdict.test}` : `**nothing: ${verdict.kind}**`;
    console.log(`| ${cell(mutation.name)} | ${cell(mutation.cost)} | ${cell(by)} |`);
  }
  const caught = all.filter(({ verdict }) => verdict.kind === 'failed').length;
  console.log(`\n${caught} of ${all.length} mutations are caught`);
  if (caught < all.length) process.exitCode = 1;
}
