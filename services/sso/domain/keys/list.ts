import type { Executor } from '../../../../platform/data/db/database.ts';
import type { SsoConfig } from '../../config.ts';
import { createSsoRepository } from '../../repository/index.ts';
import { isNext, rotate, type RotationMode } from './rotate.ts';
import { rotationRules } from './rules.ts';
import { deriveSecrets } from './seal.ts';
import type { SigningKey } from './signing-key.ts';

/** A key as an operator sees it. */
export interface KeyStatus {
  /** RFC 7638 thumbprint, as in tokens and in the key set. */
  readonly kid: string;
  /** `next` waits until verifiers know it; `verifying` signs no more, but its tokens are good. */
  readonly state: 'next' | 'signing' | 'verifying' | 'retired';
  readonly createdAt: Date;
  /** When it begins or began to sign. */
  readonly signsFrom: Date | undefined;
  /** When its last token ends or ended; unknown until another key is about to take over. */
  readonly goodUntil: Date | undefined;
}

export interface KeyOperations {
  /** All keys that ever were, oldest first. */
  readonly list: () => Promise<KeyStatus[]>;
  /** Begins a rotation, see rotation.ts; running services carry it on. Returns all keys after it. */
  readonly rotate: (mode: RotationMode) => Promise<KeyStatus[]>;
}

export interface KeyOperationsOptions {
  readonly db: Executor;
  /** The secret must be that of the running services. */
  readonly config: Pick<SsoConfig, 'secret' | 'signingKeyDays'>;
  readonly clock?: (() => Date) | undefined;
}

/** What an operator does with the signing keys, beside running services and through their database. */
export function createKeyOperations(options: KeyOperationsOptions): KeyOperations {
  const { db, config, clock = () => new Date() } = options;
  const repository = createSsoRepository(db);
  const { publishSeconds, verifySeconds } = rotationRules(config);

  function statusOf(key: SigningKey, next: SigningKey | undefined): KeyStatus {
    const { kid, createdAt } = key;
    const signsAt = (waiting: SigningKey) => after(waiting.createdAt, publishSeconds);
    if (isNext(key)) return { kid, state: 'next', createdAt, signsFrom: signsAt(key), goodUntil: undefined };
    const signsFrom = key.activatedAt ?? undefined;
    if (key.state === 'retired') {
      return { kid, state: 'retired', createdAt, signsFrom, goodUntil: key.retiredAt ?? undefined };
    }
    const endsAt = key.deactivatedAt ?? (next && signsAt(next));
    const goodUntil = endsAt && after(endsAt, verifySeconds);
    return { kid, state: key.state === 'active' ? 'signing' : 'verifying', createdAt, signsFrom, goodUntil };
  }

  async function list(): Promise<KeyStatus[]> {
    const keys = await repository.allKeys();
    const next = keys.find(isNext);
    return keys.map((key) => statusOf(key, next));
  }

  return {
    list,
    rotate: async (mode) => {
      const { signingKeys: sealingKey } = deriveSecrets(config.secret);
      await repository.changingKeys(async (keys) => {
        await rotate(keys, sealingKey, mode, clock());
      });
      return list();
    },
  };
}

function after(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1000);
}
