import { hostname, userInfo } from 'node:os';

/** The operating system's user and the machine. A container may have a user without a name. */
export function whoIsHere(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}@${hostname()}`;
  }
}
