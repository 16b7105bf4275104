import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import type { Buyer } from '../domain/types.ts';

/** Calls with the buyer's own token, because the answer belongs to the buyer alone. */
export function onBehalfOf({ authorization }: Buyer): { headers: { authorization: string } } {
  return { headers: { authorization } };
}

/** Another service's answer. @throws its refusal, as an AppError with that service's reason */
export async function answerOf<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw fromConnectError(error);
  }
}
