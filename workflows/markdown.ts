import { maskSecrets } from '../platform/telemetry/mask.ts';

const unseen = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu;
/** Signs of Markdown within a line, and what makes a link of an address without any sign. */
const signs = /[\\`*[\]<>~&$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|:(?=\/\/)|(?<=mailto):/giu;

/**
 * What people wrote, for Temporal's pages, which show Markdown: it is shown as it is, on one line, and becomes no link,
 * image or tag. E-mail addresses and tokens are masked, because a page is seen by more people than the order.
 */
export function plainText(text: string): string {
  return maskSecrets(text.replaceAll(unseen, ' ')).replaceAll(signs, (sign) => `\\${sign}`);
}
