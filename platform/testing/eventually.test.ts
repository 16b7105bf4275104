import { expect, test } from 'vitest';
import { eventually, until } from './eventually.ts';

const soon = { withinMs: 60, everyMs: 2 };

function counter() {
  let count = 0;
  return () => ++count;
}

test('a value that is there at last is given', async () => {
  expect(await eventually('three', counter(), (count) => count === 3, soon)).toBe(3);
  expect(await until(counter(), (count) => count === 3, soon)).toBe(3);
});

test('what fails at first and succeeds at last is given', async () => {
  const next = counter();
  const attempt = async () => {
    const count = next();
    if (count < 3) throw new Error(`only ${count}`);
    return count;
  };
  expect(await eventually('three', attempt, soon)).toBe(3);
});

test('when time is up, the message has what was waited for, and the last error or value', async () => {
  const error = new Error('still not there');
  const failing = eventually('the end', () => Promise.reject(error), soon);
  await expect(failing).rejects.toMatchObject({
    message: 'the end did not come within 0.06 s: still not there',
    cause: error,
  });
  const never = eventually(
    'the end',
    () => ({ pieces: 5n }),
    () => false,
    soon,
  );
  await expect(never).rejects.toThrow('the end did not come within 0.06 s: {"pieces":"5"}');
});

test('who judges the last value gets it', async () => {
  expect(
    await until(
      () => 'PENDING',
      (status) => status !== 'PENDING',
      soon,
    ),
  ).toBe('PENDING');
});

test('a read that fails is an error at once, not a reason to wait', async () => {
  const next = counter();
  const read = () => Promise.reject(new Error(`read ${next()}`));
  await expect(eventually('the end', read, () => true, soon)).rejects.toThrow(/^read 1$/);
});
