import { Client, Connection } from '@temporalio/client';
import { checkoutWorkflowId } from '../../../workflows/contract/checkout.ts';

/** What an operator can do to a checkout, and see of it. */
export interface Operator {
  /** @throws WorkflowNotFoundError if it has ended */
  terminate(orderId: string): Promise<void>;
  cancel(orderId: string): Promise<void>;
  /** The steps that its history knows of, by the names of their activities. */
  steps(orderId: string): Promise<KnownSteps>;
  close(): Promise<void>;
}

export interface KnownSteps {
  /** Answered ones. */
  readonly local: readonly string[];
  /** Asked for, answered or not. */
  readonly regular: readonly string[];
}

/** @param address for example 127.0.0.1:7233 */
export async function openOperator(address: string): Promise<Operator> {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const handle = (orderId: string) => client.workflow.getHandle(checkoutWorkflowId(orderId));
  return {
    terminate: async (orderId) => void (await handle(orderId).terminate('a fault test')),
    cancel: async (orderId) => void (await handle(orderId).cancel()),
    async steps(orderId) {
      const { events } = await handle(orderId).fetchHistory();
      return {
        local: (events ?? []).flatMap(({ markerRecordedEventAttributes: marker }) => {
          const data = marker?.markerName === 'core_local_activity' ? marker.details?.['data']?.payloads : [];
          return (data ?? []).map((payload) => {
            const told = JSON.parse(Buffer.from(payload.data ?? []).toString()) as { activity_type: string };
            return told.activity_type;
          });
        }),
        regular: (events ?? []).flatMap(
          ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
        ),
      };
    },
    close: () => connection.close(),
  };
}
