import { readState, type PartState } from '../../deploy/dev/supervisor/state.ts';
import type { Credentials } from '../shopper/shopper.ts';

type Env = Readonly<NodeJS.ProcessEnv>;

/** A setting that the launcher gives to its programs. @throws Error if the launcher did not start this program */
export function setting(name: string, env: Env = process.env): string {
  const value = env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is not set, because the launcher did not start this program: run it by npm, see package.json`,
    );
  }
  return value;
}

/** Email and password of the first admin, whom the launcher creates. */
export function adminCredentials(env: Env = process.env): Credentials {
  return { email: setting('ADMIN_EMAIL', env), password: setting('ADMIN_PASSWORD', env) };
}

export interface StackAddresses {
  /** For example http://127.0.0.1:8000. */
  readonly api: string;
  /** For example http://127.0.0.1:50051. */
  readonly grpc: string;
  readonly admin: Credentials;
}

/** The addresses of the running stack, and its first admin. */
export function stackAddresses(env: Env = process.env): StackAddresses {
  return {
    api: setting('ECOMMERCE_API_URL', env),
    grpc: setting('ECOMMERCE_GRPC_URL', env),
    admin: adminCredentials(env),
  };
}

/** The parts of the stack as the launcher sees them now. Empty if no launcher supervises the stack. */
export function stackParts(env: Env = process.env): readonly PartState[] {
  return readState(env['ECOMMERCE_STACK_STATE'] ?? '')?.parts ?? [];
}
