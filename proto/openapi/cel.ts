/** What CEL rules require of one field, as far as a schema can say it. */
export interface Constraint {
  readonly min?: bigint;
  readonly max?: bigint;
  readonly notZero?: boolean;
  readonly notEmpty?: boolean;
  readonly pattern?: string;
  readonly present?: boolean;
  /** An email address, perhaps with spaces around it. */
  readonly email?: boolean;
}

/** By path below the field that has the rule, in proto names. The empty path is the field itself. */
export type Constraints = ReadonlyMap<string, Constraint>;

type Fact = readonly [path: string, constraint: Constraint];

const path = String.raw`this(?<path>(?:\.\w+)*)`;
const presence = new RegExp(`^has\\(${path}\\)$`);
const matching = new RegExp(`^${path}\\.matches\\('(?<pattern>(?:[^'\\\\])*)'\\)$`);
const email = new RegExp(`^${path}\\.trim\\(\\)\\.isEmail\\(\\)$`);
const comparison = new RegExp(`^${path} (?<operator>!=|<=|>=|<|>) (?<literal>-?\\d+|'')$`);

function comparisonFact(at: string, operator: string, literal: string): Fact | undefined {
  if (literal === "''") return operator === '!=' ? [at, { notEmpty: true }] : undefined;
  const value = BigInt(literal);
  switch (operator) {
    case '>':
      return [at, { min: value + 1n }];
    case '>=':
      return [at, { min: value }];
    case '<':
      return [at, { max: value - 1n }];
    case '<=':
      return [at, { max: value }];
    default:
      return value === 0n ? [at, { notZero: true }] : undefined;
  }
}

function fact(term: string): Fact | undefined {
  const at = (groups: Record<string, string>) => (groups['path'] ?? '').slice(1);
  const has = presence.exec(term)?.groups;
  if (has !== undefined) return [at(has), { present: true }];
  const matches = matching.exec(term)?.groups;
  if (matches !== undefined) return [at(matches), { pattern: matches['pattern'] ?? '' }];
  const address = email.exec(term)?.groups;
  if (address !== undefined) return [at(address), { email: true }];
  const compared = comparison.exec(term)?.groups;
  return compared === undefined
    ? undefined
    : comparisonFact(at(compared), compared['operator'] ?? '', compared['literal'] ?? '');
}

/**
 * The constraints of a CEL expression that is a conjunction of comparisons with `this`, `has()` and `matches()`;
 * undefined for any other expression, which a schema cannot say.
 */
export function constraintsOf(expression: string): Constraints | undefined {
  const found = new Map<string, Constraint>();
  for (const term of expression.split('&&')) {
    const known = fact(term.trim());
    if (known === undefined) return undefined;
    found.set(known[0], { ...found.get(known[0]), ...known[1] });
  }
  return found;
}

/** The constraints of both. */
export function mergeConstraints(one: Constraints, other: Constraints): Constraints {
  const merged = new Map(one);
  for (const [at, constraint] of other) merged.set(at, { ...merged.get(at), ...constraint });
  return merged;
}

/** The constraints of a field and of the fields below it, by path below that field. */
export function below(constraints: Constraints, field: string): Constraints {
  const found = new Map<string, Constraint>();
  for (const [at, constraint] of constraints) {
    if (at === field) found.set('', constraint);
    else if (at.startsWith(`${field}.`)) found.set(at.slice(field.length + 1), constraint);
  }
  return found;
}

function refusesZero({ min, max, notZero, notEmpty, pattern, present, email: address }: Constraint): boolean {
  const outside = (min !== undefined && min > 0n) || (max !== undefined && max < 0n);
  const unmatched = pattern !== undefined && !new RegExp(pattern).test('');
  return outside || unmatched || notZero === true || notEmpty === true || present === true || address === true;
}

/** Whether a missing field breaks one of the constraints. */
export function demandsValue(constraints: Constraints): boolean {
  return [...constraints.values()].some(refusesZero);
}
