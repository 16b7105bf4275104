import { expect, test } from 'vitest';
import { createProgress } from './progress.ts';

function capture(isTTY: boolean) {
  let text = '';
  let now = 0;
  const progress = createProgress({ isTTY, columns: 80, write: (chunk) => (text += chunk) }, () => now);
  return { progress, text: () => text, pass: (milliseconds: number) => (now += milliseconds) };
}

test('without a terminal, each stage is one plain line', () => {
  const { progress, text, pass } = capture(false);
  progress.show({ part: 'kafka', title: 'Kafka', stage: 'installing', detail: 'Downloading 10 of 60 MB' });
  pass(1500);
  progress.show({ part: 'kafka', title: 'Kafka', stage: 'starting' });
  progress.show({ part: 'kafka', title: 'Kafka', stage: 'healthy' });
  expect(text()).toBe('· Kafka: Downloading 10 of 60 MB\n· Kafka: Starting\n✓ Kafka: Healthy (1.5s)\n');
});

test('the time of a later event counts from the beginning of that event', () => {
  const { progress, text, pass } = capture(false);
  progress.show({ part: 'app', title: 'Services', stage: 'restarting', detail: 'ended (SIGKILL)' });
  pass(2000);
  progress.show({ part: 'app', title: 'Services', stage: 'healthy' });
  pass(60_000);
  progress.show({ part: 'app', title: 'Services', stage: 'stopping' });
  pass(500);
  progress.show({ part: 'app', title: 'Services', stage: 'stopped' });
  expect(text().match(/\(\d.*?\)/g)).toEqual(['(2.0s)', '(0.5s)']);
});

test('on a terminal, each part has one line, which is redrawn with the elapsed time', () => {
  const { progress, text, pass } = capture(true);
  progress.show({ part: 'redis', title: 'Redis', stage: 'starting' });
  progress.show({ part: 'kafka', title: 'Kafka', stage: 'starting' });
  pass(2000);
  progress.show({ part: 'redis', title: 'Redis', stage: 'healthy' });
  progress.end();
  const screen = text().split('\x1b[2A').at(-1)?.replaceAll('\x1b[2K', '');
  expect(screen).toMatch(/^✓ Redis\s+Healthy\s+2\.0s\n· Kafka\s+Starting\s+2\.0s\n$/);
});
