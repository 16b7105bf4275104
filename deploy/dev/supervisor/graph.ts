import type { Part } from './part.ts';

/**
 * Sorts the parts: each comes after all parts that it depends on, otherwise the given order stays.
 * @throws Error if the topology is wrong: a dependency is unknown, starts only when asked, or closes a circle
 */
export function inDependencyOrder(parts: readonly Part[]): Part[] {
  const byName = new Map(parts.map((part) => [part.name, part]));
  const ordered = new Set<Part>();
  const visit = (part: Part, path: readonly string[]): void => {
    if (ordered.has(part)) return;
    if (path.includes(part.name)) throw new Error(`Parts depend on each other: ${[...path, part.name].join(' → ')}`);
    for (const name of part.dependsOn) {
      const dependency = byName.get(name);
      if (dependency === undefined) throw new Error(`${part.name} depends on ${name}, which is not in the topology`);
      if (dependency.startsWhenAsked === true)
        throw new Error(`${part.name} depends on ${name}, which starts only when asked`);
      visit(dependency, [...path, part.name]);
    }
    ordered.add(part);
  };
  for (const part of parts) visit(part, []);
  return [...ordered];
}
