const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const bare = new RegExp(`^${uuid}$`, 'i');
/** The id of a workflow of an order, also in an address of Temporal's Web UI. */
const ofWorkflow = new RegExp(`^(?:https?://\\S+/)?(?:checkout|refund)-(${uuid})(?:[/?#]\\S*)?$`, 'i');

/** What `orderIdIn` reads beside a UUID, for messages. */
export const otherFormsOfOrderId = 'also as checkout-<UUID> or refund-<UUID>, or an address of Temporal that has it';

/** The id of an order as people copy it: a UUID, or as Temporal and its Web UI show it. @returns undefined if it is none */
export function orderIdIn(value: string): string | undefined {
  const id = bare.test(value) ? value : ofWorkflow.exec(value)?.[1];
  return id?.toLowerCase();
}
