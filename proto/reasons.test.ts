import { fromBinary } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import comments from './gen/comments.json' with { type: 'json' };
import { ErrorInfoSchema } from './gen/google/rpc/error_details_pb.ts';
import { StatusSchema } from './gen/google/rpc/status_pb.ts';
import { codesOf, errorDomain, isReason, reasons, statusesOf, type Reason } from './reasons.ts';

const root = join(import.meta.dirname, '..');
const read = (pattern: string, skip: (path: string) => boolean = () => false) =>
  globSync(pattern, { cwd: root })
    .filter((path) => !skip(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const production = read('{platform,services,workflows,activities,audit,runtime,cli}/**/*.ts', (path) =>
  /\.test\.ts$|\/testing[/.-]|record-histories/.test(path),
);
const declared = Object.keys(reasons).filter(isReason);

test('production code makes an error with every declared reason', () => {
  const makers = production.filter(({ path, text }) => `${path} ${text}`.includes('app-error.ts'));
  const made = new Set(makers.flatMap(({ text }) => text.match(/(?<=')[A-Z]+(?:_[A-Z]+)*(?=')/g) ?? []));
  const byConnect = (reason: Reason) => codesOf(reason).join() === reason.toLowerCase();
  expect(makers.length).toBeGreaterThan(20);
  expect(declared.filter((reason) => !made.has(reason) && !byConnect(reason))).toEqual([]);
});

test('every reason that production code looks for is declared', () => {
  const looked = /(?:reason|error\.type) [!=]== '(?<equal>[A-Z_]+)'|\.insist\([^,()]+, '(?<heeded>[A-Z_]+)'/g;
  const words = production.flatMap(({ text }) =>
    [...text.matchAll(looked)].map(({ groups }) => groups?.['equal'] ?? groups?.['heeded'] ?? ''),
  );
  expect(words.length).toBeGreaterThan(8);
  expect(words.filter((word) => !isReason(word))).toEqual([]);
});

test('every reason that a comment of the contract names is declared', () => {
  const words = Object.values(comments).flatMap((comment) => comment.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? []);
  expect(words.length).toBeGreaterThan(50);
  expect(words.filter((word) => !isReason(word))).toEqual([]);
});

test.each(read('docs/http/*.http'))('$path expects reasons with the statuses that are declared', ({ text }) => {
  for (const [line, status, reason = ''] of text.matchAll(/^# expect (\d{3}) ([A-Z_]+)$/gm)) {
    expect(isReason(reason) && statusesOf(reason), line).toEqual([Number(status)]);
  }
});

test('what the gateway itself refuses has declared reasons with their statuses', () => {
  const [{ text } = { text: '' }] = read('deploy/nginx/templates/gateway.conf.template');
  const [, map = ''] = /map \$status \$error_reason \{([^}]+)\}/.exec(text) ?? [];
  const refusals = [...map.matchAll(/^\s+(\w+)\s+([A-Z_]+);$/gm)];
  expect(refusals.length).toBeGreaterThan(5);
  for (const [line, status = '', reason = ''] of refusals) {
    // HTTP has another status (414) for an address that is too long, but the reason is the same.
    const told = status === 'default' ? 400 : status === '414' ? 431 : Number(status);
    expect(isReason(reason) && statusesOf(reason), line).toEqual([told]);
  }
});

test('the gateway encodes the reasons that it gives for clients of Connect and gRPC', () => {
  const [{ text } = { text: '' }] = read('deploy/nginx/templates/gateway.conf.template');
  const [, map = ''] = /map \$error_reason \$error_info \{([^}]+)\}/.exec(text) ?? [];
  const [, reasons = ''] = /map \$status \$error_reason \{([^}]+)\}/.exec(text) ?? [];
  const encoded = [...map.matchAll(/^\s+([A-Z_]+)\s+"([\w+/]+)";$/gm)];
  const given = new Set([...reasons.matchAll(/([A-Z_]+);$/gm)].map(([, reason]) => reason));
  expect(new Set(encoded.map(([, reason]) => reason))).toEqual(given);
  for (const [, reason, value = ''] of encoded) {
    expect(fromBinary(ErrorInfoSchema, Buffer.from(value, 'base64'))).toMatchObject({ reason, domain: errorDomain });
  }
  const statuses = text.matchAll(
    /grpc-status (\d+) always;\s+add_header grpc-message "([^"]+)" always;\s+add_header grpc-status-details-bin "([\w+/]+)"/g,
  );
  const told = [...statuses].map(([, code, message, details = '']) => {
    const status = fromBinary(StatusSchema, Buffer.from(details, 'base64'));
    expect(status).toMatchObject({ code: Number(code), message });
    return status.details.map((detail) => anyUnpack(detail, ErrorInfoSchema)?.reason).join();
  });
  expect(told).toEqual(['ROUTE_NOT_FOUND', 'BODY_TOO_LARGE', 'RATE_LIMITED', 'UPSTREAM_UNAVAILABLE']);
  expect(text.match(/grpc-status /g)?.length).toBe(told.length);
});
