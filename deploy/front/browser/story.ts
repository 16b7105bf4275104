/** The story of an order, step by step, as the back office explains it to support and administrators. */
import type { ExplainOrderResponse, TimelineEntry } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { tell } from './act.ts';
import { admin } from './api.ts';
import { find, line, momentLine, pause } from './dom.ts';

/** The list of workflows in Temporal's Web UI; undefined if nobody can reach it. */
const workflows = find('main', HTMLElement).dataset['workflows'];

/** Leads to the tab of a workflow that tells what it did. */
function linkOf({ workflow_id: id = '', run_id: run = '' }: TimelineEntry['fields']): HTMLAnchorElement {
  const link = document.createElement('a');
  link.href = `${workflows}/${encodeURIComponent(id)}/${encodeURIComponent(run)}/user-metadata`;
  link.textContent = 'In Temporal';
  link.setAttribute('aria-label', `${id} in Temporal`);
  return link;
}

function rowOf({ time, part, kind, text, fields }: TimelineEntry): HTMLLIElement {
  const row = momentLine(time, `${part}: ${text}`);
  if (workflows !== undefined && kind === 'workflow.started') row.append(linkOf(fields));
  return row;
}

/** After this many seconds a reader has seen what it waits for. */
const mostTries = 60;

/** Whether nothing is to come: the order has ended, and each of its events has arrived. */
function isWhole({ order, timeline }: ExplainOrderResponse): boolean {
  const count = (kind: string) => timeline.filter((entry) => entry.kind === kind).length;
  return order?.status !== OrderStatus.PENDING && count('event.received') >= count('event.written');
}

interface Listener {
  readonly onTold?: (story: ExplainOrderResponse) => void;
  readonly onFailure?: (error: unknown) => void;
}

export interface StoryView {
  /** Shows an order's story, and tells it again until it has ended. It takes the id of an order or of a payment. */
  readonly follow: (id: string, listener?: Listener) => void;
  readonly stop: () => void;
}

/** A story in the elements `<prefix>-summary` and `<prefix>-steps` of the page. */
export function createStoryView(prefix: string): StoryView {
  const summary = find(`${prefix}-summary`, HTMLElement);
  const steps = find(`${prefix}-steps`, HTMLElement);
  let following = new AbortController();

  function show(story: ExplainOrderResponse): void {
    if (summary.textContent !== story.summary) summary.textContent = story.summary;
    const missing = story.missing.map(({ part, message, reason }) =>
      line(`${part} does not answer: ${message} (${reason}). What only it knows is missing.`),
    );
    steps.replaceChildren(...story.timeline.map(rowOf), ...missing);
  }

  async function read(id: string, signal: AbortSignal, onTold: (story: ExplainOrderResponse) => void): Promise<void> {
    for (let tries = 1; !signal.aborted; tries++) {
      const story = await admin.explainOrder({ orderId: id }, { signal });
      show(story);
      onTold(story);
      if (isWhole(story) || tries === mostTries) return;
      await pause(1000);
    }
  }

  const stop = () => following.abort();
  return {
    follow: (id, { onTold = () => undefined, onFailure = tell } = {}) => {
      stop();
      following = new AbortController();
      const { signal } = following;
      read(id, signal, onTold).catch((error: unknown) => signal.aborted || onFailure(error));
    },
    stop,
  };
}
