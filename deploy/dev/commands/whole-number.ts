import { Failure } from '../bootstrap/failure.mjs';

/**
 * Reads the value of an option that counts something.
 * @param example the option with a value that is right, as a suggestion
 * @throws Failure if it is not a whole number from 1 to `most`
 */
export function wholeNumber(option: string, text: string, most: number, example = `${option} 42`): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Failure(`${option} ${text} is not a whole number from 1 to ${most}.`, { suggestion: `Say ${example}.` });
}
