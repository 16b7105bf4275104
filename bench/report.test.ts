import { expect, test } from 'vitest';
import { bars, cpuApart, idleProcessor, idleTransactions, judge, memoryGrowth } from './bars.ts';
import { barsText } from './report.ts';

const measuredRow = (row: string) => {
  const findings = {
    figures: bars.filter((bar) => bar.row === row && bar.measuredBy === undefined).map(figureAtLimit),
    failures: [],
  };
  return { row, ...findings, judged: judge(row, findings) };
};
const figureAtLimit = ({ figure: name, atLeast, atMost }: (typeof bars)[number]) => {
  return { name, value: atLeast ?? atMost ?? 0, unit: 'ratio' as const };
};

test('what the default run does not measure has a line with the command that measures it', () => {
  const lines = barsText(['cpu', 'memory', 'login'].map(measuredRow)).split('\n');
  expect(lines.filter((line) => line.startsWith('Not measured'))).toEqual([
    `Not measured: ${cpuApart}. Measure it with: npm run bench -- cpu --roles`,
    `Not measured: ${memoryGrowth(600)}. Measure it with: npm run bench -- memory --seconds 600`,
  ]);
});

test('the bars that a short run has not measured have one line for each row', () => {
  const nothing = { figures: [], failures: [] };
  const text = barsText([{ row: 'idle', ...nothing, judged: judge('idle', nothing) }]);
  expect(text.split('\n').filter((line) => line.startsWith('Not measured'))).toEqual([
    `Not measured: ${idleTransactions}; ${idleProcessor}. Measure it with: npm run bench -- idle`,
  ]);
});
