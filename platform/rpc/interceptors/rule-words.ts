import type { Violation } from '@bufbuild/protovalidate';

/** What each pattern of the contract asks for, as a person would say it. */
export const patternWords: Readonly<Record<string, string>> = {
  [String.raw`[\p{L}\p{N}\p{P}\p{S}]`]: 'must say something',
  '^[A-Z]{3}$': 'must be the code of a currency in ISO 4217, such as USD, in capitals',
};

/** What a broken rule asks for. Protovalidate tells a pattern and a list as the contract writes them. */
export function ruleWords({ message }: Pick<Violation, 'message'>): string {
  const pattern = /^does not match regex pattern `(.*)`$/.exec(message)?.[1];
  if (pattern !== undefined) return patternWords[pattern] ?? message;
  const list = /^must be in list \[(.*)\]$/.exec(message)?.[1];
  if (list === undefined) return message;
  // An empty value is the default, which nobody has to write.
  const values = list.split(', ').filter((value) => value !== '');
  return `must be one of ${values.join(', ')}`;
}
