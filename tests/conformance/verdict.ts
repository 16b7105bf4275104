import type { Cases, Difference } from './differences.ts';
import type { FailedCase, Outcome } from './outcome.ts';

const namesShown = 5;

/** How often a difference was seen. */
export interface Seen {
  readonly difference: Difference;
  readonly cases: readonly FailedCase[];
}

export function seenDifferences({ failedCases }: Outcome, differences: readonly Difference[]): Seen[] {
  return differences.map((difference) => ({
    difference,
    cases: failedCases.filter(({ complaints }) => complaints.some((each) => difference.complaint.test(each))),
  }));
}

/**
 * Why a run is no success; nothing if it is one. `wanted` is the number of cases in a whole run. Without it only some
 * cases were chosen: then nothing is counted, and only complaints that no difference explains are faults.
 */
export function faultsOf(outcome: Outcome, differences: readonly Difference[], wanted?: number): string[] {
  const faults = [...outcome.failedCases.flatMap((each) => unexplainedIn(each, differences)), ...incomplete(outcome)];
  if (wanted === undefined) return faults;
  if (outcome.total !== wanted) faults.push(`expected ${wanted} cases, saw ${outcome.total}`);
  return [...faults, ...seenDifferences(outcome, differences).flatMap(miscounts)];
}

/** Cases that could not be run are in the suite's total, and neither passed nor failed. */
function incomplete({ total, passed, failed, failedCases }: Outcome): string[] {
  if (total === 0) return ['the suite ended before it told a result'];
  if (passed + failed !== total) return [`${total - passed - failed} cases could not be run`];
  if (failed !== failedCases.length) return [`the suite failed ${failed} cases, and told of ${failedCases.length}`];
  return [];
}

function unexplainedIn({ name, complaints }: FailedCase, differences: readonly Difference[]): string[] {
  const unknown = complaints.filter((each) => !differences.some(({ complaint }) => complaint.test(each)));
  if (complaints.length > 0 && unknown.length === 0) return [];
  return [[name, ...unknown].join('\n  ')];
}

function miscounts({ difference: { why, cases: expected }, cases }: Seen): string[] {
  const seen = Map.groupBy(cases, ({ name }) => groupOf(name));
  const groups = new Set([...Object.keys(expected), ...seen.keys()]);
  const wrong = [...groups].flatMap((group) => {
    const names = (seen.get(group) ?? []).map(({ name }) => name);
    const wanted = expected[group] ?? 0;
    if (isAsExpected(names.length, wanted)) return [];
    return [`  ${group}: expected ${told(wanted)}, saw ${names.length}`, ...someOf(names)];
  });
  return wrong.length === 0 ? [] : [[`${why}: not in as many cases as expected`, ...wrong].join('\n')];
}

/** `Errors/HTTPVersion:1/…/unary/aborted` → `Errors`. */
function groupOf(name: string): string {
  return name.split('/', 1)[0] ?? name;
}

function isAsExpected(seen: number, expected: Cases): boolean {
  return typeof expected === 'number' ? seen === expected : seen <= expected.atMost;
}

function told(expected: Cases): string {
  return typeof expected === 'number' ? String(expected) : `at most ${expected.atMost} (${expected.because})`;
}

/** A few of the names, from all over the list: neighbours are one case in several protocols. */
function someOf(names: readonly string[]): string[] {
  const step = Math.max(1, Math.ceil(names.length / namesShown));
  const shown = names.filter((_, index) => index % step === 0);
  const left = names.length - shown.length;
  return [...shown, ...(left === 0 ? [] : [`and ${left} more`])].map((each) => `    ${each}`);
}
