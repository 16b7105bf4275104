import { Argument, InvalidArgumentError, Option } from 'commander';
import { currencyProblem } from '../proto/currencies.ts';
import { saysSomething } from '../services/backoffice/domain/says-something.ts';

export const isUuid = (value: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);

export const uuid = (value: string): string => {
  if (isUuid(value)) return value.toLowerCase();
  throw new InvalidArgumentError('must be a UUID');
};

/** The id of an event: a UUID in any case, or whatever a foreign event has. */
export const eventId = (value: string): string => (isUuid(value) ? value.toLowerCase() : value);

/** Several of them. */
export const eventIds = (value: string, before: string[] | undefined): string[] => [...(before ?? []), eventId(value)];

export const emailAddress = (value: string): string => {
  if (value.includes('@')) return value;
  throw new InvalidArgumentError('must be an email address');
};

/** An email address as it is, or a UUID. */
export const emailOrId = (value: string): string => {
  if (value.includes('@')) return value;
  try {
    return uuid(value);
  } catch {
    throw new InvalidArgumentError('must be an email address or a UUID');
  }
};

export const whole =
  (least: number, most: number) =>
  (value: string): number => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
  };

// JavaScript also reads `5`, `May 5` and other texts as times, each in its own way.
const iso8601 = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/;

export const moment = (value: string): Date => {
  const time = new Date(value);
  if (iso8601.test(value) && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('must be a time, for example 2030-01-31T12:00:00Z');
};

export interface Item {
  /** The id of a product, its exact name, or its SKU. */
  readonly product: string;
  readonly quantity: number;
}

/** `product:pieces`. A name may have a colon itself. */
export function item(value: string, before: readonly Item[]): readonly Item[] {
  const colon = value.lastIndexOf(':');
  const [head, tail] = [value.slice(0, Math.max(colon, 0)), value.slice(colon + 1)];
  const hasPieces = colon >= 0 && (isUuid(head) || /^\d+$/.test(tail));
  const product = (hasPieces ? head : value).trim();
  if (product === '') throw new InvalidArgumentError('must begin with the id, the exact name or the SKU of a product');
  return [...before, { product, quantity: whole(1, 100)(hasPieces ? tail : '1') }];
}

/** An option that takes one of these values, in any case. */
export function oneOf(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description).choices(values).argParser(anyCaseOf(values));
}

/** A status, in any case, and also as the API has it: ORDER_STATUS_COMPLETED, CHECKOUT_STATE_SUCCEEDED. */
export function statusOption(description: string, values: readonly string[]): Option {
  const read = anyCaseOf(values);
  return oneOf('--status <status>', description, values).argParser((value: string) => {
    const word = value.replace(/^(?:ORDER_STATUS|CHECKOUT_STATE)_/i, '');
    return read(/^succeeded$/i.test(word) ? 'COMPLETED' : word);
  });
}

/** The same for an argument. */
export function oneOfThese(name: string, description: string, values: readonly string[]): Argument {
  return new Argument(name, description).choices(values).argParser(anyCaseOf(values));
}

/** Reads one of these values in any case. */
const anyCaseOf =
  (values: readonly string[]) =>
  (value: string): string => {
    const found = values.find((known) => known.toLowerCase() === value.toLowerCase());
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`must be one of ${values.join(', ')}`);
  };

/** The code of a currency, in any case. A wallet may have one that ISO 4217 has withdrawn. */
export const currency = (value: string): string => {
  if (/^[a-z]{3}$/i.test(value)) return value.toUpperCase();
  throw new InvalidArgumentError('must be the code of a currency in ISO 4217, such as USD');
};

/** The code of a currency that prices may have, in any case. */
export const currencyOfPrices = (value: string): string => {
  const problem = currencyProblem(value.toUpperCase());
  if (problem === undefined) return value.toUpperCase();
  throw new InvalidArgumentError(problem);
};

/** For commands that ask (`confirm.ts`). `main.ts` reads it. */
export const yes = () => new Option('--yes', 'do not ask before the change');

export const notGiven = 'not given';

/** Why a change is made. Optional, so that scripts that were written before it go on. */
export const reason = (forWhom = 'for the audit trail') =>
  new Option('--reason <text>', `why, ${forWhom}`)
    .default(notGiven)
    .argParser((value: string) => (saysSomething(value) ? why(value) : notGiven));

/** For changes that need one. @param forWhom who reads it */
export const demandedReason = (forWhom = 'for the audit trail') =>
  new Option('--reason <text>', `why, ${forWhom}`).argParser(why).makeOptionMandatory();

const optionLike = /^--[a-z][\w-]*(?:=|$)/i;

/** Nobody's reason is an option: its own value was forgotten. */
function why(value: string): string {
  if (!optionLike.test(value)) return value;
  throw new InvalidArgumentError('the reason is missing: what stands there is an option');
}

/** How many rows of a list to show. */
export const limit = (most: number) =>
  new Option('--limit <number>', `at most this many, 1 to ${most}`).argParser(whole(1, most)).default(20);

/** For lists of the API, which have pages. */
export const pageToken = () =>
  new Option(
    '--page-token <token>',
    'show the next page: the token that the page before printed, with the same filters',
  ).default('');

/** For every change that has a request id (`repeatable.ts`). */
export const requestId = () =>
  new Option(
    '--request-id <uuid>',
    'the request id of an earlier attempt, to repeat it safely; default: a new one',
  ).argParser(uuid);

export const adminEmail = () =>
  new Option('--email <email>', 'an administrator').env('ADMIN_EMAIL').makeOptionMandatory();
export const adminPassword = () =>
  new Option('--password <password>', "the administrator's password").env('ADMIN_PASSWORD').makeOptionMandatory();
/** For commands that a service key is enough for, too (`account.ts`). */
export const anyEmail = () =>
  new Option(
    '--email <email>',
    'sign in as the buyer, as support or as an administrator; default: the key in SERVICE_KEYS_DIR, else ADMIN_EMAIL',
  );
export const anyPassword = () => new Option('--password <password>', 'of that account; default: ADMIN_PASSWORD');
/** For what support may do, too. */
export const staffEmail = () =>
  new Option('--email <email>', 'support or an administrator').env('ADMIN_EMAIL').makeOptionMandatory();
export const staffPassword = () =>
  new Option('--password <password>', 'the password of that account').env('ADMIN_PASSWORD').makeOptionMandatory();
export const buyerEmail = () => new Option('--email <email>', 'the buyer').env('DEMO_EMAIL').makeOptionMandatory();
export const buyerPassword = () =>
  new Option('--password <password>', "the buyer's password").env('DEMO_PASSWORD').makeOptionMandatory();
