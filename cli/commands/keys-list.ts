import { listKeys as listAll } from '../../services/sso/domain/keys/list.ts';
import { printKeys, withSigningKeys } from '../signing-keys.ts';

/** Lists all signing keys, oldest first. */
export function listKeys(env: Readonly<NodeJS.ProcessEnv>, json: boolean): Promise<void> {
  return withSigningKeys(env, async (keys) => printKeys(await listAll(keys), json));
}
