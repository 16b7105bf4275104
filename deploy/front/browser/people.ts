/** The e-mail addresses of buyers, for support. */
import { admin } from './api.ts';

const known = new Map<string, Promise<string>>();

async function ask(userId: string): Promise<string> {
  try {
    return (await admin.getUser({ userId })).user?.email ?? '';
  } catch {
    // Accounts may be away. The next look asks again.
    known.delete(userId);
    return `buyer ${userId}`;
  }
}

/** The address of a user, or what can be told of the user without it. Each user is asked for once. */
export function emailOf(userId: string): Promise<string> {
  const asked = known.get(userId) ?? ask(userId);
  known.set(userId, asked);
  return asked;
}

export function forgetPeople(): void {
  known.clear();
}
