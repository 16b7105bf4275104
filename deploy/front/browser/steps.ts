/** The steps of a checkout, as its buyer may see them. They are told while the order runs and after it has ended. */
import { durationMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import {
  CheckoutStepState,
  CheckoutStepStateSchema,
  type CheckoutStep,
  type GetCheckoutProgressResponse,
} from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { checkouts } from './api.ts';
import { cell, find, pause } from './dom.ts';

const stage = find('order-stage', HTMLElement);
const list = find('order-steps', HTMLElement);

/** A mark for the eye, and the word that everybody reads. */
const states: Readonly<Record<CheckoutStepState, readonly [mark: string, word: string]>> = {
  [CheckoutStepState.UNSPECIFIED]: ['·', 'unknown'],
  [CheckoutStepState.WAITING]: ['·', 'waits'],
  [CheckoutStepState.RUNNING]: ['…', 'under way'],
  [CheckoutStepState.DONE]: ['✓', 'done'],
  [CheckoutStepState.REFUSED]: ['✗', 'refused'],
  [CheckoutStepState.RETRYING]: ['↻', 'tried again'],
  [CheckoutStepState.STOPPED]: ['–', 'stopped'],
};
const going: ReadonlySet<CheckoutStepState> = new Set([
  CheckoutStepState.WAITING,
  CheckoutStepState.RUNNING,
  CheckoutStepState.RETRYING,
]);

const pauseMs = 1000;
/** A workflow learns a moment after its order that it has ended. One that cannot be asked is left after so many tries. */
const mostTriesAfterEnd = 10;

function durationOf({ took }: CheckoutStep): string {
  if (took === undefined) return '';
  const ms = durationMs(took);
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function rowOf(step: CheckoutStep): HTMLLIElement {
  // A newer server may have more states.
  const [mark, word] = states[step.state] ?? states[CheckoutStepState.UNSPECIFIED];
  const row = document.createElement('li');
  row.dataset['state'] = CheckoutStepStateSchema.value[step.state]?.localName ?? '';
  const sign = cell(mark, 'mark');
  sign.setAttribute('aria-hidden', 'true');
  const name = cell(`${step.name.charAt(0).toUpperCase()}${step.name.slice(1)}`);
  row.append(sign, name, cell(word, 'word'), cell(durationOf(step), 'took'));
  return row;
}

function show({ stage: title, steps }: GetCheckoutProgressResponse, isOver: boolean): void {
  const none = isOver ? 'The steps of this checkout are no longer kept.' : 'The checkout has not begun yet.';
  const now = isOver ? '' : title;
  stage.textContent = steps.length === 0 ? none : now;
  list.replaceChildren(...steps.map(rowOf));
}

let following = new AbortController();
let wake = Promise.withResolvers<void>();

/** Reads at once, because the order has changed. */
export function stepsChanged(): void {
  wake.resolve();
}

export function stopSteps(): void {
  following.abort();
  list.replaceChildren();
  stage.textContent = '';
}

async function read(orderId: string, isOver: () => boolean, signal: AbortSignal): Promise<void> {
  for (let tries = 0; !signal.aborted && tries < mostTriesAfterEnd;) {
    wake = Promise.withResolvers();
    // Before the steps are asked for: those of an order that has ended are then all known.
    const over = isOver();
    if (over) tries += 1;
    try {
      const progress = await checkouts.getCheckoutProgress({ orderId }, { signal });
      if (signal.aborted) return;
      show(progress, over);
      if (over && !progress.steps.some(({ state }) => going.has(state))) return;
    } catch (error) {
      if (signal.aborted) return;
      stage.textContent = 'The steps cannot be read now. The order goes on without this.';
      if (ConnectError.from(error).code !== Code.Unavailable) return;
    }
    await Promise.race([pause(pauseMs), wake.promise]);
  }
}

/** Shows the steps of an order's checkout until it has ended. @param isOver whether the order has */
export function followSteps(orderId: string, isOver: () => boolean): void {
  stopSteps();
  following = new AbortController();
  void read(orderId, isOver, following.signal);
}
