import { expect, test } from 'vitest';
import { plainText } from './markdown.ts';

test.each([
  ['Tea (green), 50 g – "fine"', 'Tea (green), 50 g – "fine"'],
  ['FAILED: INSUFFICIENT_FUNDS – 5 < 6', String.raw`FAILED: INSUFFICIENT_FUNDS – 5 \< 6`],
  ['[click](https://evil.test)', String.raw`\[click\](https\://evil.test)`],
  ['![x](/x) <img src=x>', String.raw`!\[x\](/x) \<img src=x\>`],
  [
    '**bold** _it_ __u__ ~~no~~ `code` $x$ &lt;',
    String.raw`\*\*bold\*\* \_it\_ \_\_u\_\_ \~\~no\~\~ \`code\` \$x\$ \&lt;`,
  ],
  [String.raw`\[already\]`, String.raw`\\\[already\\\]`],
  ['http://evil.test MAILTO:x', String.raw`http\://evil.test MAILTO\:x`],
  ['one\n\n# two\u202e\u0000', 'one # two '],
  ['for ann@eyes.test', String.raw`for a\*\*\*@eyes.test`],
])('%s is shown as it is', (text, markdown) => {
  expect(plainText(text)).toBe(markdown);
});
