import { domainToASCII } from 'node:url';

// What nobody sees: spaces of every kind, controls, characters that are ignored by default (fillers, joiners, soft
// hyphens, variation selectors), the blank Braille pattern, anchors of annotations and the null note of music.
const unseen = String.raw`\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb\u{1d159}`;
const seen = new RegExp(`[^${unseen}]`, 'u');
const outside = new RegExp(`^[${unseen}]+|[${unseen}]+$`, 'gu');

/** Whether a reader would see anything of the text. */
export function isVisible(text: string): boolean {
  return seen.test(text);
}

/** A SKU as it is stored: composed (NFC), without spaces and invisible characters around it. */
export function cleanSku(sku: string): string {
  return sku.normalize('NFC').replace(outside, '');
}

/** A web address as ASCII, so that every client can use it as it is (RFC 3987, 3.1). An ASCII one only loses `'`, `[` … */
export function asciiAddress(address: string): string {
  const [, scheme = '', host = '', rest = ''] = /^(https?:\/\/)([^/?#:]*)(.*)$/su.exec(address) ?? [];
  return scheme + asciiHost(host) + rest.replace(/[^!#-&(-;=?-Z_a-z~]/gu, percentEncoded);
}

function asciiHost(host: string): string {
  if (/^[\x21-\x7e]*$/.test(host)) return host;
  return domainToASCII(host) || host.replace(/[^-.\w]/gu, percentEncoded);
}

function percentEncoded(character: string): string {
  return encodeURIComponent(character.toWellFormed()).replace(/^'$/, '%27');
}
