/** Where our server differs from the suite, and on purpose. Each complaint of the suite must be one of these. */
export const differences: readonly { readonly why: string; readonly complaint: RegExp }[] = [
  {
    why: 'every error has google.rpc.ErrorInfo, one detail more than the suite expects',
    complaint: /^actual error contain (?:1 details; expecting 0|2 details; expecting 1|3 details; expecting 2)$/,
  },
  {
    why: 'the suite does not know google.rpc.ErrorInfo',
    complaint: /^connect error JSON: details\[\d\]: could not check debug data .*"google\.rpc\.ErrorInfo"/,
  },
  {
    why: '`unknown` is told as `internal`: to callers both are defects of ours',
    complaint:
      /^actual error \{code: 13 \(internal\), message: "internal error"\} does not match expected code 2 \(unknown\)$/,
  },
  {
    why: 'the text of a defect is for the log only',
    complaint: /^actual error \{code: 13 \(internal\), message: "internal error"\} does not match expected message "/,
  },
  {
    why: 'the details of a defect are for the log only, so ErrorInfo is the only one',
    complaint: /^actual error (?:contain 1 details; expecting [23]|detail #1 does not match expected error detail)/,
  },
  {
    why: 'a wrong method or content type is refused with a reason; the suite expects a status alone',
    complaint:
      /^actual error \{code: (?:3 \(invalid_argument\), message: "the content type must be|12 \(unimplemented\), message: "this path takes ).* does not match expected code 2 \(unknown\)$/,
  },
  {
    why: "clients of gRPC do not read that reason's body, which the suite takes for an empty one",
    complaint: /^connect error JSON: unexpected end of JSON input$/,
  },
  {
    why: 'headers and trailers that a handler sets before it throws are not sent over unary gRPC; none of ours sets any',
    complaint: /^actual response (?:headers|trailers) missing "x-custom-(?:header|trailer)"$/,
  },
];

export interface Failed {
  readonly name: string;
  readonly complaints: readonly string[];
}

/** The failed cases in the output of the suite, each with its complaints. The diffs below a complaint are left out. */
export function failedCases(output: string): Failed[] {
  return [...output.matchAll(/^FAILED: (?<name>.*):\n(?<text>(?:[\t ].*\n|\n(?=\t))*)/gm)].map(({ groups = {} }) => ({
    name: groups['name'] ?? '',
    complaints: [...(groups['text'] ?? '').matchAll(/^\t(?:; )?(?<complaint>[a-z].*)$/gm)].map(
      (match) => match.groups?.['complaint'] ?? '',
    ),
  }));
}
