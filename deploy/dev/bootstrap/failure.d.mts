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
export declare function tail(file: string, lines?: number): string[];
export declare function printFailure(error: unknown, write?: (text: string) => void): void;
