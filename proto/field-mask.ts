/** Converts a field mask to camelCase, as JSON spells it. Proto names are accepted, too. */
export function camelCaseMask(mask: string): string {
  return mask.replaceAll(/_(?<letter>[a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
