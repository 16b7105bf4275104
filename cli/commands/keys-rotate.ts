import { setTimeout } from 'node:timers/promises';
import { retiredKeySeconds } from '../../platform/auth/token-rules.ts';
import { listKeys } from '../../services/sso/domain/keys/list.ts';
import { rotateKeys as rotate } from '../../services/sso/domain/keys/rotate.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { say } from '../say.ts';
import { replacedSeconds } from '../../services/sso/domain/keys/rules.ts';
import { onTrail } from '../trail.ts';
import { printKeys, withSigningKeys } from '../signing-keys.ts';

export interface RotateOptions {
  /** The key has leaked: its tokens become invalid at once. */
  readonly now?: boolean;
  /** JWT_SECRET has changed since the keys were encrypted with it. */
  readonly newSecret?: boolean;
  /** Why, for the audit trail. */
  readonly reason: string;
}

const replaced =
  'Tokens of the new key are accepted now. A process refuses tokens of the old ones as soon as it gets a new one, ' +
  `at the latest in ${retiredKeySeconds} s.`;

/** Replaces the key that signs access tokens, and prints all keys. */
export async function rotateKeys(context: Context, options: RotateOptions): Promise<void> {
  const mode = options.newSecret === true ? 'new_secret' : options.now === true ? 'now' : 'graceful';
  if (mode !== 'graceful')
    await confirm(context, 'Make all access tokens invalid, so that every user must refresh theirs?');
  return withSigningKeys(context.env, async (keys) => {
    const operation = { action: 'keys.rotate' as const, subject: mode, reason: options.reason };
    await onTrail(context, operation, async () => {
      const before = await listKeys(keys);
      await rotate(keys, { mode });
      const made = (await listKeys(keys)).filter(({ kid }) => !before.some((key) => key.kid === kid));
      return {
        detail: made.length === 0 ? 'a rotation was under way' : `new key ${made.map(({ kid }) => kid).join()}`,
      };
    });
    // So that the platform signs with the new key, and accepts it, when the command has ended.
    if (mode !== 'graceful') await setTimeout(replacedSeconds * 1000);
    printKeys(await listKeys(keys), context.json);
    if (mode !== 'graceful' && !context.json) say(replaced);
  });
}
