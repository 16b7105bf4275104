import { readLine, renderLine } from '../../../platform/telemetry/pretty.ts';
import { visible } from '../../../platform/telemetry/visible.ts';
import { printFailure, type Failure } from '../bootstrap/failure.mjs';
import type { LogView } from './log-show.ts';

/** A line of a log as people read it. */
export function forPeople(text: string): string {
  const line = readLine(text);
  return line === undefined ? visible(text) : renderLine(line);
}

export interface Crash {
  readonly part: string;
  readonly failure: Failure;
  /** The lines of logs that the user sees; undefined if none. */
  readonly view: LogView | undefined;
  readonly write?: (text: string) => void;
}

/** Tells that a part could not start. The error stands in its log: what the user has seen of it is not repeated. */
export function tellCrash({ part, failure, view, write }: Crash): void {
  view?.readOn();
  const showLine = (text: string) => (view?.shows(part, text) === true ? undefined : forPeople(text));
  printFailure(failure, { showLine, ...(write === undefined ? {} : { write }) });
}
