import { describe, expect, test } from 'vitest';
import type { Difference } from './differences.ts';
import { readOutcome } from './outcome.ts';
import { faultsOf } from './verdict.ts';

const oneDetailMore = 'actual error contain 1 details; expecting 0';
const noHeader = 'actual response headers missing "x-custom-header"';

const differences: readonly Difference[] = [
  {
    why: 'every error has one detail more',
    complaint: /^actual error contain 1 details; expecting 0$/,
    cases: { Basic: 1, Errors: 2, Timeouts: { atMost: 2, because: 'it is a race' } },
  },
  { why: 'no headers', complaint: /^actual response headers missing/, cases: { Errors: 1 } },
];

/** A run of ten cases, as expected. */
const asExpected = {
  'Basic/unimplemented': [oneDetailMore],
  'Errors/aborted': [oneDetailMore, noHeader],
  'Errors/not-found': [oneDetailMore],
  'Timeouts/unary': [oneDetailMore],
};

type Complaints = Readonly<Record<string, readonly string[]>>;

/** What the suite prints. */
function output(failed: Complaints, { total = 10, notRun = 0 } = {}): string {
  const cases = Object.entries(failed).map(([name, complaints]) => `FAILED: ${name}:\n\t${complaints.join('\n\t')}\n`);
  const count = cases.length;
  return `${cases.join('')}\nTotal cases: ${total}\n${total - count - notRun} passed, ${count} failed\n`;
}

const faults = (text: string, wanted?: number) => faultsOf(readOutcome(text), differences, wanted);

test('a run with as many cases of each difference as expected is a success', () => {
  expect(faults(output(asExpected), 10)).toEqual([]);
});

describe('a whole run fails', () => {
  test('when more cases differ, and names the difference, the group, both numbers and cases', () => {
    const more = { ...asExpected, 'Errors/unknown': [noHeader], 'Basic/unary': [noHeader] };
    expect(faults(output(more), 10)).toEqual([
      [
        'no headers: not in as many cases as expected',
        '  Errors: expected 1, saw 2',
        '    Errors/aborted',
        '    Errors/unknown',
        '  Basic: expected 0, saw 1',
        '    Basic/unary',
      ].join('\n'),
    ]);
  });

  test('when fewer cases differ', () => {
    expect(faults(output({ ...asExpected, 'Errors/aborted': [oneDetailMore] }), 10)).toEqual([
      'no headers: not in as many cases as expected\n  Errors: expected 1, saw 0',
    ]);
  });

  test('when as many cases differ, but in another group', () => {
    const { 'Basic/unimplemented': moved, ...others } = asExpected;
    expect(faults(output({ ...others, 'Errors/unknown': moved }), 10)).toEqual([
      expect.stringMatching(/Basic: expected 1, saw 0\n {2}Errors: expected 2, saw 3\n/),
    ]);
  });

  test('when the suite has another number of cases', () => {
    expect(faults(output(asExpected, { total: 11 }), 10)).toEqual(['expected 10 cases, saw 11']);
  });
});

test('a number that varies has a bound', () => {
  const { 'Timeouts/unary': late, ...others } = asExpected;
  const withLate = (...names: string[]) => ({ ...others, ...Object.fromEntries(names.map((name) => [name, late])) });
  expect(faults(output(withLate()), 10)).toEqual([]);
  expect(faults(output(withLate('Timeouts/a', 'Timeouts/b')), 10)).toEqual([]);
  expect(faults(output(withLate('Timeouts/a', 'Timeouts/b', 'Timeouts/c')), 10)).toEqual([
    expect.stringContaining('Timeouts: expected at most 2 (it is a race), saw 3'),
  ]);
});

test('a long list of cases is cut', () => {
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`Errors/${index}`, [noHeader]]));
  const [fault] = faults(output({ ...asExpected, ...many }, { total: 30 }), 30);
  expect(fault?.split('\n')).toHaveLength(1 + 1 + 5 + 1);
  expect(fault).toMatch(/and 8 more$/);
});

describe('a run of some cases and a whole one fail', () => {
  test.each([
    ['the suite tells no result', '', 'the suite ended before it told a result'],
    ['cases could not be run', output(asExpected, { notRun: 3 }), '3 cases could not be run'],
    [
      'a failed case is told in a way that we do not read',
      output(asExpected).replace('FAILED: Basic/unimplemented:', 'FAILED: Basic/unimplemented'),
      'the suite failed 4 cases, and told of 3',
    ],
    [
      'nothing explains a complaint, beside others or not',
      output({ 'Basic/unary': [oneDetailMore, '; Expecting an error'] }),
      'Basic/unary\n  Expecting an error',
    ],
    ['a case has no complaint', output({ 'Basic/unary': [] }), 'Basic/unary'],
  ])('when %s', (_, text, fault) => {
    expect(faults(text)).toEqual([fault]);
    expect(faults(text, 10)).toContain(fault);
  });
});

test('the diff below a complaint is no complaint', () => {
  const diff = [
    noHeader,
    '  (*connectrpc.Error)(',
    '- \tname: "a",',
    '+ \tname: "b",',
    '\u{a0}\u{a0}\tvalue: "c",',
    '  )',
  ];
  expect(faults(output({ 'Errors/aborted': diff }))).toEqual([]);
});
