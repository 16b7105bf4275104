import type { RoleText } from './role-text.ts';

/** A change of a file of the checkout. */
export interface Edit {
  readonly file: string;
  /** @throws Error that says what was looked for, if it does not stand there exactly once. */
  readonly change: (text: string) => string;
}

/** Where a role stands in a file: a line, a block or a word in a list. */
export type Place = (of: RoleText) => RegExp;

/** A multi-line regular expression. Backslashes are written once. */
export function re(strings: TemplateStringsArray, ...values: readonly string[]): RegExp {
  return new RegExp(String.raw({ raw: strings.raw }, ...values), 'm');
}

export interface Roles {
  /** Whose entries are copied. */
  readonly model: RoleText;
  /** The new entries go after those of this role. */
  readonly after: RoleText;
  readonly made: RoleText;
}

/** Makes edits that enter the new role where the model stands, by a copy of the model's entry or by a text of its own. */
export function entering(roles: Roles) {
  const { model, after, made } = roles;
  return (file: string, place: Place, text?: string): Edit => ({
    file,
    change: (whole) => {
      const added = text ?? renamed(theOnly(whole, place(model))[0], model, made);
      return inserted(whole, place(after), added);
    },
  });
}

/** Puts a text behind what the pattern finds. */
export function behind(file: string, pattern: RegExp, added: string): Edit {
  return { file, change: (whole) => inserted(whole, pattern, added) };
}

/** Puts a text before what the pattern finds. */
export function ahead(file: string, pattern: RegExp, added: string): Edit {
  return {
    file,
    change: (whole) => {
      const { index } = theOnly(whole, pattern);
      return whole.slice(0, index) + added + whole.slice(index);
    },
  };
}

/** Adds to a number: the first group of the pattern. */
export function raised(file: string, pattern: RegExp, by: number): Edit {
  return {
    file,
    change: (whole) => {
      const { 0: found, 1: number = '', index } = theOnly(whole, pattern);
      const larger = found.replace(number, String(Number(number) + by));
      return whole.slice(0, index) + larger + whole.slice(index + found.length);
    },
  };
}

/** The text with one role's names and ports in place of another's. */
export function renamed(text: string, from: RoleText, to: RoleText): string {
  return text
    .replaceAll(`/api/v1/${from.path}`, `/api/v1/${to.path}`)
    .replaceAll(from.ROLE, to.ROLE)
    .replaceAll(from.Role, to.Role)
    .replaceAll(from.role, to.role)
    .replaceAll(String(from.grpc), String(to.grpc))
    .replaceAll(String(from.http), String(to.http));
}

function inserted(whole: string, pattern: RegExp, added: string): string {
  const { 0: found, index } = theOnly(whole, pattern);
  const end = index + found.length;
  return whole.slice(0, end) + added + whole.slice(end);
}

function theOnly(whole: string, pattern: RegExp): RegExpExecArray {
  const [found, ...others] = [...whole.matchAll(new RegExp(pattern, 'gm'))];
  if (found === undefined) throw new Error(`it has no place like ${pattern.source}`);
  if (others.length > 0) throw new Error(`it has ${others.length + 1} places like ${pattern.source}`);
  return found;
}
