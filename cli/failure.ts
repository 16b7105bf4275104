import { ConnectError } from '@connectrpc/connect';
import { fromConnectError } from '../platform/errors/from-connect.ts';

/** An error in one line. A refusal of the platform has its reason at the end, as the API names it. */
export function textOf(error: unknown): string {
  if (!(error instanceof ConnectError)) return error instanceof Error ? error.message : String(error);
  const { reason, message, violations } = fromConnectError(error);
  const fields = violations.map(({ field, description }) => `${field}: ${description}`).join('; ');
  return `${fields === '' ? message : fields} (${reason})`;
}
