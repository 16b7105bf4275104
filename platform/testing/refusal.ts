import { fromConnectError } from '../errors/from-connect.ts';

/** The reason of a refusal; `undefined` if the call is not refused. */
export async function reasonOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof Error && 'reason' in error ? error.reason : error;
  }
}

/** Code and reason of a refusal, for example `failed_precondition OUT_OF_STOCK`; `ok` if there was none. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    const { code, reason } = fromConnectError(error);
    return `${code} ${reason}`;
  }
}
