import { hash } from '@node-rs/bcrypt';
import { AuthService } from '../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { drive, timesOf, type Measured } from '../statistics.ts';
import { openWindow, type Marks } from '../window.ts';
import { Caller } from './caller.ts';
import { itemOf, type Load } from './checkouts.ts';
import { crowdAt, type Buyer } from './crowd.ts';

/** Each user signs in again and again. Times: `login`. */
export async function logins(load: Load, marks: Marks): Promise<Measured> {
  const { buyers } = await crowdAt(load.place, load.users);
  const callers = buyers.map(() => new Caller(load.place.api));
  const window = openWindow(load, marks);
  try {
    return await drive(window, load.users, async (user) => ({
      login: await signIn(itemOf(callers, user), itemOf(buyers, user)),
    }));
  } finally {
    for (const caller of callers) caller.close();
  }
}

/** @returns what it took, in ms */
export async function signIn(caller: Caller, { shopper: { email, password } }: Buyer): Promise<number> {
  const begunMs = performance.now();
  await caller.call(AuthService.method.login, { email, password });
  return performance.now() - begunMs;
}

export interface HashLoad {
  /** log2 of bcrypt's rounds. */
  readonly cost: number;
  readonly seconds: number;
}

/** The median time of one bcrypt hash in ms, with nothing beside it. */
export async function hashAlone({ cost, seconds }: HashLoad): Promise<number> {
  const endMs = performance.now() + seconds * 1000;
  const durations: number[] = [];
  while (performance.now() < endMs) {
    const begunMs = performance.now();
    await hash('a password of the usual length', { cost });
    durations.push(performance.now() - begunMs);
  }
  return timesOf(durations).p50;
}
