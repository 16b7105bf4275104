import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scryptSync } from 'node:crypto';

/** Keys made of JWT_SECRET, one a purpose. */
export interface Secrets {
  readonly signingKeys: Uint8Array;
  readonly refreshTokens: Uint8Array;
}

/** Slow on purpose (about 50 ms), once at start: the secret may be of the kind that people make up. */
export function deriveSecrets(secret: string): Secrets {
  const master = scryptSync(secret, 'ecommerce/sso/v1', 32);
  const derive = (purpose: string) => new Uint8Array(hkdfSync('sha256', master, '', purpose, 32));
  return { signingKeys: derive('signing-keys'), refreshTokens: derive('refresh-tokens') };
}

const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM, as base64url of nonce, ciphertext and tag. @param label must be the same when it is opened */
export function seal(key: Uint8Array, text: string, label: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(label));
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** @throws if key or label are not those it was sealed with, or the text was changed */
export function open(key: Uint8Array, sealed: string, label: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(label))
    .setAuthTag(bytes.subarray(-tagBytes));
  return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
}
