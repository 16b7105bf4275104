import type { Stack } from '../supervisor/stack.ts';

const byHand = 'node deploy/dev/bootstrap.mjs run runtime/main.ts all';

/** What somebody can do with the platform that has just started: accounts, and the next steps. */
export function welcome({ env, urls }: Pick<Stack, 'env' | 'urls'>): string {
  const accounts = [
    ['Administrator', env['ADMIN_EMAIL'], env['ADMIN_PASSWORD']],
    ['Customer', env['DEMO_EMAIL'], env['DEMO_PASSWORD']],
  ].flatMap(([who = '', email, password]) =>
    email === undefined || password === undefined ? [] : [[who, `${email} / ${password}`]],
  );
  if (urls['api'] === undefined) return `  Start our processes: ${byHand}\n`;
  const steps = [
    ['Look at the shop', `${urls['api']}/`],
    ['Try requests', urls['docs'] ?? ''],
    ['Buy something', 'npm run cli -- checkout start --item "Frying Pan, Steel:1" --wait 8'],
    ['Follow the log', 'npm run logs -- app --follow'],
    ['See every command', 'npm run help'],
  ];
  return [...accounts, ...steps].map(([name = '', text = '']) => `  ${name.padEnd(17)} ${text}`).join('\n') + '\n';
}
