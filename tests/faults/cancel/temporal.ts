import { Client, Connection } from '@temporalio/client';
import { checkoutWorkflowId } from '../../../workflows/contract/checkout.ts';

/** What an operator can do to a checkout's workflow, and read of it. */
export interface Operator {
  /** Terminates the workflow. @throws WorkflowNotFoundError if it has ended */
  terminate(orderId: string): Promise<void>;
  cancel(orderId: string): Promise<void>;
  /** The steps in the workflow's history, by the names of their activities. */
  steps(orderId: string): Promise<KnownSteps>;
  close(): Promise<void>;
}

export interface KnownSteps {
  /** Answered local activities. */
  readonly local: readonly string[];
  /** Scheduled regular activities, answered or not. */
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
