/** The token of an `Authorization: Bearer …` header; undefined if there is none. */
export function bearerToken(header: string | null): string | undefined {
  const [scheme, token, ...rest] = header?.trim().split(/\s+/) ?? [];
  return scheme?.toLowerCase() === 'bearer' && rest.length === 0 ? token : undefined;
}
