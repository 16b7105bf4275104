import { listKeys } from '../../services/sso/domain/keys/list.ts';
import { rotateKeys as rotate } from '../../services/sso/domain/keys/rotate.ts';
import { printKeys, withSigningKeys } from '../signing-keys.ts';

export interface RotateOptions {
  /** The key has leaked: its tokens become invalid at once. */
  readonly now?: boolean;
  /** JWT_SECRET has changed since the keys were encrypted with it. */
  readonly newSecret?: boolean;
}

/** Replaces the key that signs access tokens, and prints all keys. */
export function rotateKeys(env: Readonly<NodeJS.ProcessEnv>, json: boolean, options: RotateOptions): Promise<void> {
  const mode = options.newSecret === true ? 'new_secret' : options.now === true ? 'now' : 'graceful';
  return withSigningKeys(env, async (keys) => {
    await rotate(keys, { mode });
    printKeys(await listKeys(keys), json);
  });
}
