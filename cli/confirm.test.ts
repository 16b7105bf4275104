import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { atTerminal } from './testing/at-terminal.ts';
import { confirm } from './confirm.ts';

/** Answers a question, `undefined` with the end of the input. */
async function answered(answer: string | undefined, question: string | (() => Promise<string>) = 'Sure?') {
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.end(answer === undefined ? '' : `${answer}\n`);
  const asked = confirm({ asks: true }, question, { input, output });
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, printed: String(output.read()) };
}

test.each(['y', 'Y', 'yes', ' y '])('goes on with %j', async (answer) => {
  expect(await answered(answer)).toEqual({ error: undefined, printed: 'Sure? [y/N] ' });
});

test.each(['', 'n', 'no', 'yep', 'maybe y', undefined])('does not go on with %j', async (answer) => {
  const { error } = await answered(answer);
  expect(error).toMatchObject({ reason: 'NOT_CONFIRMED', exitCode: 1, message: 'nothing was changed' });
});

test('a question that must look something up is made only if somebody is asked', async () => {
  const question = vi.fn<() => Promise<string>>(() => Promise.resolve('Take 2.00 USD?'));
  await confirm({ asks: false }, question);
  expect(question).not.toHaveBeenCalled();
  expect((await answered('y', question)).printed).toBe('Take 2.00 USD? [y/N] ');
});

const linux = { skip: process.platform !== 'linux' };

test('at a terminal a command asks before harm, and changes nothing without a yes', linux, async () => {
  const { code, output } = await atTerminal('n\n', ['keys', 'rotate', '--now']);
  expect(output).toContain('every user must refresh theirs? [y/N]');
  expect(output).toContain('nothing was changed (NOT_CONFIRMED)');
  expect(code).toBe(1);
});

test('at a terminal the end of the input is no yes', linux, async () => {
  const { code, output } = await atTerminal('\u0004', ['keys', 'rotate', '--new-secret']);
  expect(output).toContain('NOT_CONFIRMED');
  expect(code).toBe(1);
});

test('with --yes a command asks nothing, and a rotation that harms nobody asks nothing either', linux, async () => {
  const env = { ...process.env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', SSO_DATABASE_URL: '' };
  for (const args of [['--now', '--yes'], []]) {
    const { code, output } = await atTerminal('', ['keys', 'rotate', ...args], env);
    expect(output).not.toContain('[y/N]');
    expect(code).not.toBe(0);
  }
});

test('a --yes where a reason should stand skips no question, and is no reason', linux, async () => {
  const env = { ...process.env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', SSO_DATABASE_URL: '' };
  const { code, output } = await atTerminal('', ['keys', 'rotate', '--now', '--reason', '--yes'], env);
  expect(output).toContain("option '--reason <text>' argument missing");
  expect(code).toBe(2);
});
