/** The least a workflow can do: what a checkout is measured against. */
export async function empty(): Promise<void> {
  // Nothing: the measure is what Temporal itself costs.
}
