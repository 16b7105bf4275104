import { listKeys } from '../../services/sso/domain/keys/list.ts';
import { rotateKeys as rotate } from '../../services/sso/domain/keys/rotate.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { printKeys, withSigningKeys } from '../signing-keys.ts';

export interface RotateOptions {
  /** The key has leaked: its tokens become invalid at once. */
  readonly now?: boolean;
  /** JWT_SECRET has changed since the keys were encrypted with it. */
  readonly newSecret?: boolean;
}

/** Replaces the key that signs access tokens, and prints all keys. */
export async function rotateKeys(context: Context, options: RotateOptions): Promise<void> {
  const mode = options.newSecret === true ? 'new_secret' : options.now === true ? 'now' : 'graceful';
  if (mode !== 'graceful')
    await confirm(
      context,
      'Make the tokens of all keys that there are invalid, so that every user must refresh their token?',
    );
  return withSigningKeys(context.env, async (keys) => {
    await rotate(keys, { mode });
    printKeys(await listKeys(keys), context.json);
  });
}
