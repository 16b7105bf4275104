import { InvalidArgumentError } from 'commander';
import { orderIdIn, otherFormsOfOrderId } from '../workflows/contract/order-id.ts';
import { emailAddress } from './arguments.ts';

/** The id of an order or a payment: a UUID, or as Temporal and its Web UI show it. */
export const orderId = (value: string): string => {
  const found = orderIdIn(value);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`must be a UUID, ${otherFormsOfOrderId}`);
};

/** The same, or an email address. */
export const emailOrOrderId = (value: string): string => {
  const found = orderIdIn(value);
  if (found !== undefined) return found;
  try {
    return emailAddress(value);
  } catch {
    throw new InvalidArgumentError(`must be an email address or a UUID, ${otherFormsOfOrderId}`);
  }
};
