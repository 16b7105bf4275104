import { InvalidArgumentError } from 'commander';
import { emailAddress } from './arguments.ts';

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const bare = new RegExp(`^${uuid}$`, 'i');
/** The id of a workflow of an order, also in an address of Temporal's Web UI. */
const ofWorkflow = new RegExp(`^(?:https?://\\S+/)?(?:checkout|refund)-(${uuid})(?:[/?#]\\S*)?$`, 'i');
const otherForms = 'also as checkout-<UUID> or refund-<UUID>, or an address of Temporal that has it';

/** The id of an order or a payment: a UUID, or as Temporal and its Web UI show it. */
export const orderId = (value: string): string => {
  const found = idIn(value);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`must be a UUID, ${otherForms}`);
};

/** The same, or an email address. */
export const emailOrOrderId = (value: string): string => {
  const found = idIn(value);
  if (found !== undefined) return found;
  try {
    return emailAddress(value);
  } catch {
    throw new InvalidArgumentError(`must be an email address or a UUID, ${otherForms}`);
  }
};

function idIn(value: string): string | undefined {
  const id = bare.test(value) ? value : ofWorkflow.exec(value)?.[1];
  return id?.toLowerCase();
}
