/** The smallest possible workflow: the baseline for checkouts. */
export async function empty(): Promise<void> {
  // An empty body measures the cost of Temporal alone.
}
