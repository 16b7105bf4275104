import { globSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { readState } from '../../../deploy/dev/supervisor/state.ts';
import type { Secret } from '../../../testkit/secrets.ts';
import { setting } from '../../../testkit/stack/stack.ts';

const privateKey = z.looseObject({ d: z.string() });

/** What the stack itself keeps secret: passwords of servers and accounts, keys, the token of its supervisor. */
export function stackSecrets(): readonly Secret[] {
  const secrets = ['JWT_SECRET', 'ADMIN_PASSWORD', 'ADMIN_EMAIL', 'DEMO_PASSWORD', 'DEMO_EMAIL'].map((name) => ({
    what: name,
    value: setting(name),
  }));
  const urls = ['DATABASE_URL', 'REDIS_URL'].flatMap((name) => {
    const { password } = new URL(setting(name));
    return password === '' ? [] : [{ what: `the password of ${name}`, value: decodeURIComponent(password) }];
  });
  const keys = globSync(join(setting('SERVICE_KEYS_DIR'), '*.json')).flatMap((file) => {
    const key = privateKey.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return key.success ? [{ what: `the private key in ${basename(file)}`, value: key.data.d }] : [];
  });
  const { token } = readState(setting('ECOMMERCE_STACK_STATE'))?.control ?? {};
  return [
    ...secrets,
    ...urls,
    ...keys,
    ...(token === undefined ? [] : [{ what: "the supervisor's token", value: token }]),
  ];
}

/**
 * All that was written to the log of each part, by the file's name. A part that was started again has two files. Files that
 * were last written before this stack began are of an earlier one.
 */
export function stackLogs(): ReadonlyMap<string, string> {
  const stateFile = setting('ECOMMERCE_STACK_STATE');
  const beganMs = Date.parse(readState(stateFile)?.startedAt ?? '');
  const files = globSync(join(dirname(stateFile), 'logs', '*.log*')).filter(
    (file) => statSync(file).mtimeMs >= beganMs,
  );
  return new Map(files.map((file) => [basename(file), readFileSync(file, 'utf8')] as const));
}
