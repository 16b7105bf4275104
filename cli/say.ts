import { visible, visibleJson } from '../platform/telemetry/visible.ts';

/** Prints a text for people. Whatever it holds from outside cannot steer the terminal. */
export function say(text = ''): void {
  console.log(visible(text));
}

/** Prints a value for programs, on one line. */
export function sayJson(value: unknown): void {
  console.log(visibleJson(value));
}

/** Prints a text for people on standard error. */
export function warn(text: string): void {
  console.error(visible(text));
}

/** Prints a value for programs on standard error. */
export function warnJson(value: unknown): void {
  console.error(visibleJson(value));
}
