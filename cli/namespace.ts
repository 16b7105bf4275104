import { causesOf } from '../platform/errors/causes.ts';
import { CliError, exitCodes } from './exit.ts';

const notFound = 5;

/**
 * Tells a namespace that Temporal does not have from a Temporal that does not answer.
 * @returns the same error, or CliError WRONG_SETTING
 */
export function namingNamespace(error: unknown, namespace: string): unknown {
  if (![...causesOf(error)].some(isMissing)) return error;
  const message = `TEMPORAL_NAMESPACE: Temporal has no namespace ${namespace}; name one that it has`;
  return new CliError('WRONG_SETTING', exitCodes.usage, message, error);
}

/** A workflow that is not there is told with the same code, but without the word. */
function isMissing(error: Error): boolean {
  const { code } = error as { readonly code?: unknown };
  return error.name === 'NamespaceNotFoundError' || (code === notFound && error.message.includes('Namespace'));
}
