import { logLevel } from 'kafkajs';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { bridgeLog } from './log.ts';

/** The levels of the lines that messages of kafkajs become. */
function levelsOf(...messages: readonly string[]): string[] {
  const levels: string[] = [];
  const write = (line: string) => void levels.push((JSON.parse(line) as { level: string }).level);
  const logger = pino({ level: 'debug', formatters: { level: (label) => ({ level: label }) } }, { write });
  const log = bridgeLog(logger)(logLevel.WARN);
  const entry = { level: logLevel.ERROR, namespace: 'Consumer', label: 'ERROR' };
  for (const message of messages) log({ ...entry, log: { timestamp: '', message } });
  return levels;
}

test('what passes by itself at a start or a reload is no warning', () => {
  expect(
    levelsOf(
      'Crash: KafkaJSNoBrokerAvailableError: No broker available',
      'The group is rebalancing, so a rejoin is needed',
      'This server does not host this topic-partition',
    ),
  ).toEqual(['debug', 'debug', 'debug']);
});

test('a lost connection is a warning, once in a while', () => {
  const lost = 'Connection error: connect ECONNREFUSED 127.0.0.1:9092';
  expect(levelsOf(lost, lost)).toEqual(['warn', 'debug']);
});
