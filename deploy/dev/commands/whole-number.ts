import { UsageFailure } from '../bootstrap/failure.mjs';

/** The whole number from 1 to `most` that an option has. @throws UsageFailure for any other text */
export function wholeNumber(option: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new UsageFailure(`${option} ${text} is not a whole number from 1 to ${most}.`, {
    suggestion: `Say ${option} 42.`,
  });
}
