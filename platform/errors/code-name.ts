import { Code } from '@connectrpc/connect';

/** `Code.NotFound` → `not_found`. */
export function codeName(code: Code): string {
  return Code[code].replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
}
