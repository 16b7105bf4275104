// How the launcher reports a failure: what happened, the last lines of the log, the path of the log, and what to do.
import { readFileSync } from 'node:fs';

const tailLines = 20;

/**
 * An error that the user can act on. `logFile` is the path of a log; `suggestion` is one sentence that says what to do.
 */
export class Failure extends Error {
  constructor(message, { logFile, suggestion, cause } = {}) {
    super(message, { cause });
    this.name = 'Failure';
    this.logFile = logFile;
    this.suggestion = suggestion;
  }
}

/** The command line itself is wrong. */
export class UsageFailure extends Failure {}

/** The exit code of a program that ends with this error, as in cli/exit.ts: 2 for wrong usage, 1 for all others. */
export function exitCodeOf(error) {
  return error instanceof UsageFailure ? 2 : 1;
}

// As `visible` of platform/telemetry, which cannot be imported here: this file also runs on older versions of Node.
const unseen = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
const escaped = (found) => (found === '\t' ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The last lines of a text file, safe for a terminal; empty if the file cannot be read. */
function tail(file, lines = tailLines) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines);
  } catch {
    return [];
  }
}

const toStandardError = (text) => void process.stderr.write(text);
const asItIs = (line) => line.replace(unseen, escaped);

/**
 * Writes a failure to standard error. Any other error is a defect of the launcher, so its stack is shown. `showLine` gives a
 * line of the log as the user sees it, or undefined for a line that is left out.
 */
export function printFailure(error, { write = toStandardError, showLine = asItIs } = {}) {
  if (!(error instanceof Failure)) {
    write(`\n✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return;
  }
  write(`\n✗ ${error.message}\n`);
  if (error.logFile !== undefined) {
    const lines = tail(error.logFile)
      .map(showLine)
      .filter((line) => line !== undefined);
    for (const line of lines.flatMap((text) => text.split('\n'))) write(`    ${line}\n`);
    write(`  Log: ${error.logFile}\n`);
  }
  if (error.suggestion !== undefined) write(`  Try: ${error.suggestion}\n`);
}
