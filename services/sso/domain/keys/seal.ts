import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scryptSync } from 'node:crypto';

/** Keys derived from JWT_SECRET, one for each purpose. */
export interface Secrets {
  readonly signingKeys: Uint8Array;
  readonly refreshTokens: Uint8Array;
}

/** Slow on purpose (about 50 ms, once at the start), since JWT_SECRET may be easy to guess. */
export function deriveSecrets(secret: string): Secrets {
  const master = scryptSync(secret, 'ecommerce/sso/v1', 32);
  const derive = (purpose: string) => new Uint8Array(hkdfSync('sha256', master, '', purpose, 32));
  return { signingKeys: derive('signing-keys'), refreshTokens: derive('refresh-tokens') };
}

const nonceBytes = 12;
const tagBytes = 16;

/** Encrypts by AES-256-GCM. @param label `open` needs the same. @returns nonce, ciphertext and tag in base64url */
export function seal(key: Uint8Array, text: string, label: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(label));
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** Decrypts what `seal` returned. @throws Error if key or label differ, or if the text was changed */
export function open(key: Uint8Array, sealed: string, label: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(label))
    .setAuthTag(bytes.subarray(-tagBytes));
  return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
}
