import { invalidArgument } from '../../../platform/errors/app-error.ts';
import type { Passwords } from '../ports.ts';

const minBytes = 8;
/** bcrypt reads no more. */
const maxBytes = 72;

/**
 * The form in which a password is hashed: RFC 8265, OpaqueString. Keyboards send the same text as different code points
 * (NFC and NFD) and different spaces. Case and width stay as they are.
 */
export function normalizePassword(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}

/** Why a normalized password may not be a new one; undefined if it may. */
export function passwordProblem(password: string): string | undefined {
  const bytes = Buffer.byteLength(normalizePassword(password));
  if (bytes < minBytes) return `must be at least ${minBytes} bytes`;
  return bytes > maxBytes ? `must be at most ${maxBytes} bytes` : undefined;
}

/** A new password as it is hashed. @throws VALIDATION_FAILED for this field, unless it has 8 to 72 bytes */
export function newPassword(field: string, password: string): string {
  const problem = passwordProblem(password);
  if (problem !== undefined) throw invalidArgument('VALIDATION_FAILED', field, problem);
  return normalizePassword(password);
}

/**
 * The texts whose hash a password may match: normalized, and as it was sent, since passwords were hashed as they were
 * sent before. It depends on what was sent only, so it does not tell whether there is such a user.
 * @throws VALIDATION_FAILED for this field if the password is longer than any that was hashed
 */
export function passwordForms(field: string, password: string): readonly string[] {
  const forms = [...new Set([normalizePassword(password), password])];
  const possible = forms.filter((form) => Buffer.byteLength(form) <= maxBytes);
  if (possible.length === 0) throw invalidArgument('VALIDATION_FAILED', field, `must be at most ${maxBytes} bytes`);
  return possible;
}

/** The form that matches the hash; undefined if none does. Without a hash it takes as long as with one that none fits. */
export async function matchingForm(
  passwords: Passwords,
  forms: readonly string[],
  encoded: string | undefined,
): Promise<string | undefined> {
  for (const form of forms) if (await passwords.verify(form, encoded)) return form;
  return undefined;
}
