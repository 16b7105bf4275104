// What a failed step shows: what happened, the end of its log, where the log is, and one suggestion.
import { readFileSync } from 'node:fs';

const tailLines = 20;

/** An error that a person can act on. `logFile` is a path; `suggestion` is one sentence. */
export class Failure extends Error {
  constructor(message, { logFile, suggestion, cause } = {}) {
    super(message, { cause });
    this.name = 'Failure';
    this.logFile = logFile;
    this.suggestion = suggestion;
  }
}

/** The last lines of a text file; none where it can't be read. */
function tail(file, lines = tailLines) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines);
  } catch {
    return [];
  }
}

/** Writes a failure to standard error. An error of another class is a defect and shows its stack. */
export function printFailure(error, write = (text) => process.stderr.write(text)) {
  if (!(error instanceof Failure)) {
    write(`\n✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return;
  }
  write(`\n✗ ${error.message}\n`);
  if (error.logFile !== undefined) {
    for (const line of tail(error.logFile)) write(`    ${line}\n`);
    write(`  Log: ${error.logFile}\n`);
  }
  if (error.suggestion !== undefined) write(`  Try: ${error.suggestion}\n`);
}
