import { expect, test } from 'vitest';
import { isPassing } from './passing.ts';

const answer = (retriable: boolean) =>
  Object.assign(new Error('This server does not host this topic-partition'), {
    name: 'KafkaJSProtocolError',
    retriable,
  });

test('an answer that may change passes, also after the last try of kafkajs', () => {
  expect(isPassing(answer(true))).toBe(true);
  expect(isPassing(new Error('Caused by: KafkaJSProtocolError', { cause: answer(true) }))).toBe(true);
});

test('an answer that stays and a silence do not pass', () => {
  expect(isPassing(answer(false))).toBe(false);
  expect(isPassing(new Error('Connection timeout'))).toBe(false);
});
