import type { Part } from './part.ts';

/**
 * The parts, each behind all that it depends on; otherwise in the order given.
 * Throws where a dependency is unknown, is never started by itself, or closes a circle: mistakes in the topology.
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
      if (dependency.startsWhenAsked === true) throw new Error(`${part.name} depends on ${name}, which nothing starts`);
      visit(dependency, [...path, part.name]);
    }
    ordered.add(part);
  };
  for (const part of parts) visit(part, []);
  return [...ordered];
}
