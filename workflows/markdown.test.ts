import { expect, test } from 'vitest';
import { plainText } from './markdown.ts';

test.each([
  ['Tea (green), 50 g – "fine"', 'Tea (green), 50 g – "fine"'],
  ['FAILED: INSUFFICIENT_FUNDS – 5 < 6', String.raw`FAILED: INSUFFICIENT_FUNDS – 5 \< 6`],
  ['[click](https://evil.test)', '\\[click\\](https:\u200B//evil.test)'],
  ['![x](/x) <img src=x>', String.raw`!\[x\](/x) \<img src=x\>`],
  [
    '**bold** _it_ __u__ ~~no~~ `code` $x$ &lt;',
    String.raw`\*\*bold\*\* \_it\_ \_\_u\_\_ \~\~no\~\~ \`code\` \$x\$ \&lt;`,
  ],
  [String.raw`\[already\]`, String.raw`\\\[already\\\]`],
  ['http://evil.test MAILTO:x', 'http:\u200B//evil.test MAILTO\\:x'],
  ['see www.evil.test, WWW.evil.test', 'see www\u200B.evil.test, WWW\u200B.evil.test'],
  ['{namespace} {workflowId} {runId} {}', '{\u200Bnamespace} {\u200BworkflowId} {\u200BrunId} {}'],
  ['one\n\n# two\u202e\u0000', 'one # two '],
  ['for ann@eyes.test', String.raw`for a\*\*\*@eyes.test`],
])('%s is shown as it is', (text, markdown) => {
  expect(plainText(text)).toBe(markdown);
});
