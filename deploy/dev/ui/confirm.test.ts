import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { isConfirmed } from './confirm.ts';

function terminal() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  return { input, output, shown: () => String(output.read()) };
}

const never = new AbortController().signal;

test.each([
  ['y\n', true],
  [' YES \n', true],
  ['\n', false],
  ['yep\n', false],
  ['', false],
])('%j confirms: %s', async (typed, confirmed) => {
  const { input, output, shown } = terminal();
  input.end(typed);
  expect(await isConfirmed('Sure?', never, { input, output })).toBe(confirmed);
  expect(shown()).toBe(typed === '' ? 'Sure? [y/N] \n' : 'Sure? [y/N] ');
});

test('Ctrl-C at the question is no yes and no error, though the terminal stays open', async () => {
  const { input, output, shown } = terminal();
  const ending = new AbortController();
  const asked = isConfirmed('Sure?', ending.signal, { input, output });
  setImmediate(() => ending.abort(new Error('SIGINT')));
  expect(await asked).toBe(false);
  expect(shown()).toBe('Sure? [y/N] \n');
});
