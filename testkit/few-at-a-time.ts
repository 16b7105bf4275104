const aFew = 8;

/** For what only prepares a race, or judges it: not all of it at once. Results are in the order of the items. */
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
