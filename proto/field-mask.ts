/** JSON spells the paths of a mask in camelCase; proto names are taken as well. */
export function camelCaseMask(mask: string): string {
  return mask.replaceAll(/_(?<letter>[a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
