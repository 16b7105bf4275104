/** The exit codes that scripts can rely on; docs/support.md explains them. */
export const exitCodes = {
  done: 0,
  /** Something failed or was refused, for example an order that cannot be cancelled or a broken invariant. */
  error: 1,
  /** The command line itself is wrong. */
  usage: 2,
  notFound: 3,
  /** A part of the platform does not answer. */
  away: 4,
  /** The checkout ended, but FAILED or CANCELLED. */
  unsuccessful: 5,
} as const;

export const exitCodesHelp = `
Exit codes:
  0  done
  1  an error or a refusal
  2  wrong usage
  3  not found
  4  a part of the platform does not answer
  5  the checkout ended FAILED or CANCELLED
`;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** An error of the command line itself, with its reason and exit code. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly reason: string;
  readonly exitCode: ExitCode;

  constructor(reason: string, exitCode: ExitCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.exitCode = exitCode;
  }
}

/** An argument has a wrong value that only the command can see. */
export function usageError(message: string): CliError {
  return new CliError('USAGE', exitCodes.usage, message);
}

export function notFoundError(message: string): CliError {
  return new CliError('NOT_FOUND', exitCodes.notFound, message);
}
