import { expect, test } from 'vitest';
import { serverArgs } from './temporal.ts';

test('the development server gets the dynamic configuration of clusters, with values as JSON', () => {
  const args = serverArgs(() => 1, '/tmp/store');
  const given = args.filter((_, index) => args[index - 1] === '--dynamic-config-value');
  expect(given).toContain('history.transferProcessorMaxPollRPS=10000');
  expect(given).toContain('history.timerProcessorMaxTimeShift="50ms"');
  expect(given).toContain('system.enableActivityEagerExecution=true');
});
