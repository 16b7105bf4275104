/**
 * The matrix: every step that a workflow can take, by the story in which it is taken, times what can befall its call.
 */

/** What becomes of the first call of a step; the calls after it pass. */
const mishaps = [
  'the request is lost',
  'the reply is lost after the commit',
  'it is delivered twice at once',
  'it arrives after the caller gave up',
] as const;
type Mishap = (typeof mishaps)[number];

/** How a buyer fares; the steps are those that only this story takes. */
export const stories = {
  buys: [
    'cart.CartClaimService/Claim',
    'products.StockService/Reserve',
    'wallet.FundsService/Hold',
    'wallet.FundsService/Capture',
    'products.StockService/Commit',
    'order.OrderWriteService/Complete',
  ],
  'is too poor': [
    'wallet.FundsService/Void',
    'products.StockService/Release',
    'cart.CartClaimService/Release',
    'order.OrderWriteService/Fail',
  ],
  'cancels before paying': ['order.OrderWriteService/Cancel'],
  'sends it back': [
    'order.OrderWriteService/Get',
    'wallet.FundsService/Refund',
    'products.StockService/Restock',
    'order.OrderWriteService/Cancel',
  ],
} as const;
export type Story = keyof typeof stories;

export interface Cell {
  readonly story: Story;
  /** For example `wallet.FundsService/Hold`. */
  readonly step: string;
  readonly mishap: Mishap;
  /** Whether the worker dies with kill -9 at that very point. */
  readonly killed: boolean;
}

export const nameOf = ({ story, step, mishap, killed }: Cell): string =>
  `a buyer who ${story}, ${step}: ${mishap}${killed ? ', and the worker is killed there' : ''}`;

/** Cells of one wave come to their points at about the same moment, so that few kills strike them all. */
export function wavesOf<Guest extends { readonly cell: Cell }>(
  guests: readonly Guest[],
): readonly (readonly Guest[])[] {
  return [...Map.groupBy(guests, ({ cell: { story, step } }) => `${story} ${step}`).values()];
}

export function cells(killed: boolean): readonly Cell[] {
  return (Object.keys(stories) as Story[]).flatMap((story) =>
    stories[story].flatMap((step) => mishaps.map((mishap) => ({ story, step, mishap, killed }))),
  );
}
