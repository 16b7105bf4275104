import { maskSecrets } from '../platform/telemetry/mask.ts';

const unseen = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu;
/** Signs of Markdown within a line. */
const signs = /[\\`*[\]<>~&$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|(?<=mailto):/giu;
/**
 * What makes a link of an address without any sign, and what the pages replace, such as `{workflowId}`. Escaping does not
 * prevent either, so a space without width stands behind it.
 */
const joints = /:(?=\/\/)|www(?=\.)|\{(?=\w)/gi;
const gap = '\u200B';

/**
 * What people wrote, for Temporal's pages, which show Markdown: it is shown as it is, on one line, and becomes no link,
 * image or tag. E-mail addresses and tokens are masked, because a page is seen by more people than the order.
 */
export function plainText(text: string): string {
  return maskSecrets(text.replaceAll(unseen, ' '))
    .replaceAll(signs, (sign) => `\\${sign}`)
    .replaceAll(joints, (joint) => joint + gap);
}
