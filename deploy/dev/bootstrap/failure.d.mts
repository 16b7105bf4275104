export interface FailureDetails {
  readonly logFile?: string | undefined;
  readonly suggestion?: string | undefined;
  readonly cause?: unknown;
}
export declare class Failure extends Error {
  constructor(message: string, details?: FailureDetails);
  readonly logFile: string | undefined;
  readonly suggestion: string | undefined;
}
export declare class UsageFailure extends Failure {}
export declare function exitCodeOf(error: unknown): 1 | 2;
export declare function tail(file: string, lines?: number): string[];
export interface PrintOptions {
  readonly write?: (text: string) => void;
  readonly showLine?: (line: string) => string | undefined;
}
export declare function printFailure(error: unknown, options?: PrintOptions): void;
