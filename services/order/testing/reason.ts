import { ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { codeName } from '../../../platform/errors/code-name.ts';

/** What a call was refused with, as `code REASON`; `ok` if it was not. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    const connectError = ConnectError.from(error);
    return `${codeName(connectError.code)} ${connectError.findDetails(ErrorInfoSchema)[0]?.reason}`;
  }
}
