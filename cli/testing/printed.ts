import { afterEach, beforeEach, vi } from 'vitest';

/** The lines that each test of a file prints on standard output. The exit code is not that of the test run. */
export function printedLines(): string[] {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });
  return lines;
}
