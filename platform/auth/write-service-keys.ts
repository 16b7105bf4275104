import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makeServiceKeyPair } from './service-key-pair.ts';

const published = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) });

/**
 * Writes a key for each caller that has none yet, in the form that `loadServiceKeys` reads. Only the owner may read the
 * files. The public keys are written last, and at once.
 * @returns the callers that got one
 */
export function writeServiceKeys(folder: string, callers: readonly string[]): readonly string[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'public.json');
  const known = existsSync(file) ? published.parse(JSON.parse(readFileSync(file, 'utf8'))).keys : [];
  const without = callers.filter((caller) => !known.some(({ kid }) => kid === caller));
  if (without.length === 0) return without;
  const pairs = without.map(makeServiceKeyPair);
  for (const { privateJwk } of pairs) writePrivate(join(folder, `${privateJwk.kid}.json`), privateJwk);
  const aside = `${file}.new-${process.pid}`;
  writePrivate(aside, { keys: [...known, ...pairs.map(({ publicJwk }) => publicJwk)] });
  renameSync(aside, file);
  return without;
}

function writePrivate(file: string, value: unknown): void {
  writeFileSync(file, JSON.stringify(value, undefined, 2), { mode: 0o600 });
}
