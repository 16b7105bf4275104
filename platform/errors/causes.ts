const most = 8;

/** An error, its cause, the cause of that, and so on: at most eight, because causes may form a circle. */
export function* causesOf(error: unknown): Generator<Error, void> {
  let at = error;
  for (let depth = 0; at instanceof Error && depth < most; depth++) {
    yield at;
    at = at.cause;
  }
}
