/** How many cases of one group differ: exactly so many, or any number up to a bound if it varies between runs. */
export type Cases = number | { readonly atMost: number; readonly because: string };

/** A way in which our server differs from the suite, on purpose. */
export interface Difference {
  readonly why: string;
  readonly complaint: RegExp;
  /** The groups of cases in which the suite complains of it. A group is the first part of a case's name. */
  readonly cases: Readonly<Record<string, Cases>>;
}

/** How many cases have a deadline. Each differs in some runs only. */
const racing = (atMost: number): Cases => ({
  atMost,
  because: "the suite's client has the same deadline; if it gives up first, it does not see our answer",
});

/** How many cases the suite has for our configuration. Another version or configuration has another number. */
export const wholeSuite = 1900;

/** Each complaint of the suite must be one of these, and each of these explains exactly so many cases. */
export const differences: readonly Difference[] = [
  {
    why: 'every error has google.rpc.ErrorInfo, one detail more than the suite expects',
    complaint: /^actual error contain (?:1 details; expecting 0|2 details; expecting 1)$/,
    cases: {
      Basic: 22,
      'Connect Unexpected Requests': 16,
      'Connect to HTTP Code Mapping': 136,
      'Duplicate Metadata': 50,
      Errors: 746,
      'Server Message Size': 72,
      Timeouts: racing(94),
      'Unexpected Requests': 2,
      'gRPC Unexpected Requests': 8,
      'gRPC-Web Unexpected Requests': 16,
    },
  },
  {
    why: 'the suite does not know google.rpc.ErrorInfo',
    complaint: /^connect error JSON: details\[\d\]: could not check debug data .*"google\.rpc\.ErrorInfo"/,
    cases: {
      Basic: 8,
      'Connect Unexpected Requests': 16,
      'Connect to HTTP Code Mapping': 152,
      'Duplicate Metadata': 28,
      Errors: 308,
      'Server Message Size': 13,
      Timeouts: racing(20),
      'Unexpected Requests': 2,
    },
  },
  {
    why: '`unknown` is told as `internal`: to callers both are defects of ours',
    complaint:
      /^actual error \{code: 13 \(internal\), message: "internal error"\} does not match expected code 2 \(unknown\)$/,
    cases: { 'Connect to HTTP Code Mapping': 8, Errors: 44 },
  },
  {
    why: 'the text of a defect is for the log only',
    complaint: /^actual error \{code: 13 \(internal\), message: "internal error"\} does not match expected message "/,
    cases: { 'Duplicate Metadata': 144, Errors: 254 },
  },
  {
    why: 'the details of a defect are for the log only, so ErrorInfo is the only one',
    complaint: /^actual error detail #1 does not match expected error detail: /,
    cases: { 'Connect to HTTP Code Mapping': 16, 'Duplicate Metadata': 94, Errors: 204 },
  },
  {
    why: 'a wrong method or content type is refused with a reason; the suite expects a status alone',
    complaint:
      /^actual error \{code: (?:3 \(invalid_argument\), message: "the content type must be|12 \(unimplemented\), message: "this path takes ).* does not match expected code 2 \(unknown\)$/,
    cases: { 'Connect Unexpected Requests': 4, 'Unexpected Requests': 2 },
  },
  {
    why: "clients of gRPC do not read that reason's body, which the suite takes for an empty one",
    complaint: /^connect error JSON: unexpected end of JSON input$/,
    cases: { 'Unexpected Requests': 3, 'gRPC Unexpected Requests': 2, 'gRPC-Web Unexpected Requests': 4 },
  },
  {
    why: 'headers that a handler sets before it throws are not sent over unary gRPC that is plain protobuf; none of ours sets any',
    complaint: /^actual response headers missing "x-custom-header"$/,
    cases: { 'Duplicate Metadata': 2, Errors: 2 },
  },
  {
    why: 'trailers that a handler sets before it throws are not sent over unary gRPC that is plain protobuf; none of ours sets any',
    complaint: /^actual response trailers missing "x-custom-trailer"$/,
    cases: { 'Duplicate Metadata': 2, Errors: 2 },
  },
];
