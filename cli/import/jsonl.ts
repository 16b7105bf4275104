import { fromJson, type JsonObject, type JsonValue } from '@bufbuild/protobuf';
import type { Readable } from 'node:stream';
import { ProductSchema } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { badText, maxLineBytes, refusedLine, type ReadLine } from './row.ts';

/** What the service gives a product; it stands in what the API answers, and is passed over. */
const given = new Set(['product_id', 'etag', 'create_time', 'update_time']);

/**
 * Reads a catalog as JSON lines: each line a product as the API answers it, or some of its fields. Fields that are
 * there are set, the others are left alone.
 */
export async function* readJsonLines(input: Readable): AsyncGenerator<ReadLine> {
  let line = 0;
  for await (const text of linesOf(input)) {
    line++;
    if (text === undefined) yield refusedLine(line, '', 'MALFORMED_LINE', `is longer than ${maxLineBytes} characters`);
    else if (text.trim() !== '') yield readLine(line, text);
  }
}

/** Lines without their ends; undefined for one that is too long to be kept. */
async function* linesOf(input: Readable): AsyncGenerator<string | undefined> {
  let rest: string | undefined = '';
  input.setEncoding('utf8');
  for await (const chunk of input as AsyncIterable<string>) {
    const [head = '', ...tail] = chunk.split('\n');
    rest = joined(rest, head);
    for (const next of tail) {
      yield rest;
      rest = joined('', next);
    }
  }
  if (rest !== '') yield rest;
}

function joined(start: string | undefined, end: string): string | undefined {
  return start === undefined || start.length + end.length > maxLineBytes ? undefined : start + end;
}

function readLine(line: number, text: string): ReadLine {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return refusedLine(line, '', 'MALFORMED_LINE', 'is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refusedLine(line, '', 'MALFORMED_LINE', 'is not a JSON object');
  }
  return readProduct(line, value as JsonObject);
}

function textsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...textsIn(each)]);
}

function readProduct(line: number, object: JsonObject): ReadLine {
  const kept: JsonObject = {};
  const paths: string[] = [];
  for (const [name, value] of Object.entries(object)) {
    const field = ProductSchema.fields.find((each) => each.name === name || each.jsonName === name);
    if (field === undefined) return refusedLine(line, name, 'UNKNOWN_FIELD', 'is no field of a product');
    if (given.has(field.name)) continue;
    const bad = textsIn(value)
      .map(badText)
      .find((message) => message !== undefined);
    if (bad !== undefined) return refusedLine(line, field.name, 'MALFORMED_TEXT', bad);
    kept[field.jsonName] = value;
    paths.push(field.name);
  }
  try {
    return { line, row: { product: fromJson(ProductSchema, kept), updateMask: { paths } } };
  } catch (error) {
    return refusedLine(line, '', 'MALFORMED_LINE', error instanceof Error ? error.message : String(error));
  }
}
