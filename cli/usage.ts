const unclear = /^(?:error: )?(?:unknown (?:command|option)|missing required argument|too many arguments)/;

/**
 * Adds to the message of a wrong command line where to read more, or what a person can do about an account that is
 * missing. While `npm run dev` runs, `npm run cli` has the accounts of that platform, so nobody has to know the option
 * then.
 */
export function explainUsage(text: string, env: Readonly<NodeJS.ProcessEnv>): string {
  if (unclear.test(text) && !text.includes('Did you mean')) return atEnd(text, '; --help tells how it is used');
  if (!/required option '--(?:email|password) /.test(text)) return text;
  const hint =
    (env['ECOMMERCE_API_URL'] ?? '') === ''
      ? 'no platform runs here from which to take an account. Start one with `npm run dev` and use `npm run cli`, ' +
        'or set ECOMMERCE_API_URL and give --email and --password'
      : 'give the account with --email and --password, or in the environment (--help names the variables)';
  return atEnd(text, `: ${hint}`);
}

/** Adds words before the end of the line. */
function atEnd(text: string, words: string): string {
  return text.replace(/\.?(\n*)$/, (_, end: string) => words + end);
}
