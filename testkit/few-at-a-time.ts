const aFew = 8;

/** Runs `act` for eight items at a time, so that preparing a test causes no overload. Results keep the order. */
export async function fewAtATime<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  while (results.length < items.length) {
    const group = items.slice(results.length, results.length + aFew);
    results.push(...(await Promise.all(group.map(act))));
  }
  return results;
}
