import { readState, type PartState } from '../../deploy/dev/supervisor/state.ts';
import type { Credentials } from '../shopper/shopper.ts';

type Env = Readonly<NodeJS.ProcessEnv>;

/** What the launcher tells the programs that it runs. @throws Error if it has not started this one */
export function setting(name: string, env: Env = process.env): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: run this by npm, see package.json`);
  return value;
}

/** The first admin, as the launcher makes it. */
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

/** The doors of the running stack, and who may do everything there. */
export function stackAddresses(env: Env = process.env): StackAddresses {
  return {
    api: setting('ECOMMERCE_API_URL', env),
    grpc: setting('ECOMMERCE_GRPC_URL', env),
    admin: adminCredentials(env),
  };
}

/** The processes of the stack as their supervisor sees them now; none where no launcher supervises it. */
export function stackParts(env: Env = process.env): readonly PartState[] {
  return readState(env['ECOMMERCE_STACK_STATE'] ?? '')?.parts ?? [];
}
