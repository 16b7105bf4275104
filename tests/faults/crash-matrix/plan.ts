/**
 * The crash matrix: every step that a workflow can take, in a story that takes it, times every mishap of its call.
 */

/** What happens to the first call of a step. All later calls pass. */
const mishaps = [
  'the request is lost',
  'the reply is lost after the commit',
  'it is delivered twice at once',
  'it arrives after the caller gave up',
] as const;
type Mishap = (typeof mishaps)[number];

/** What a buyer does, and the steps that are tested in this story. */
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
  /** True if the worker is also killed with -9 at this point. */
  readonly killed: boolean;
}

export const nameOf = ({ story, step, mishap, killed }: Cell): string =>
  `a buyer who ${story}, ${step}: ${mishap}${killed ? ', and the worker is killed there' : ''}`;

/** Groups the guests by story and step. The cells of one wave reach their step together, so few kills hit them all. */
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
