import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import type { Buyer } from '../domain/types.ts';

/** With the buyer's own token: what is asked for is the buyer's alone. */
export function onBehalfOf({ authorization }: Buyer): { headers: { authorization: string } } {
  return { headers: { authorization } };
}

/** Another service's answer, or its refusal as an AppError with its own reason. */
export async function answerOf<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw fromConnectError(error);
  }
}
