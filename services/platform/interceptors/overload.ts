import type { Interceptor } from '@connectrpc/connect';
import { AppError } from '../errors/app-error.ts';
import { observe } from './stream.ts';

export interface OverloadLimits {
  /** Unary calls being worked on at once. */
  readonly maxInFlight: number;
  /** Open streams; they mostly wait, so there may be more. */
  readonly maxStreams: number;
}

/** Refuses at once what the process could only queue: the admitted stay fast and memory stays bounded. */
export function overloadInterceptor(limits: OverloadLimits): Interceptor {
  let inFlight = 0;
  let streams = 0;
  return (next) => (request) => {
    const full = request.stream ? streams >= limits.maxStreams : inFlight >= limits.maxInFlight;
    if (full) {
      throw new AppError('unavailable', 'OVERLOADED', 'too many calls at once; try again', { retryAfterSeconds: 1 });
    }
    if (request.stream) streams++;
    else inFlight++;
    return observe(
      () => next(request),
      () => {
        if (request.stream) streams--;
        else inFlight--;
      },
    );
  };
}
