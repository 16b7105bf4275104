import { fromJson, type JsonObject, type JsonValue } from '@bufbuild/protobuf';
import type { Readable } from 'node:stream';
import { ProductSchema } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { textOf } from './decode.ts';
import { badText, maxLineBytes, refusedLine, type ReadLine } from './row.ts';

/** Fields that the service sets. The API's answers contain them, so a file may, too; they are ignored. */
const given = new Set(['product_id', 'etag', 'create_time', 'update_time']);

/**
 * Reads a catalog in JSON lines. Each line is a product in the API's format, or some of its fields. Fields that are
 * missing are not changed; `attributes` are all attributes of the product.
 * @throws Error if the file is empty
 */
export async function* readJsonLines(input: Readable): AsyncGenerator<ReadLine> {
  let line = 0;
  let blank = true;
  for await (const text of linesOf(input)) {
    line++;
    if (text?.trim() === '') continue;
    blank = false;
    if (text === undefined) yield refusedLine(line, '', 'MALFORMED_LINE', `is longer than ${maxLineBytes} characters`);
    else yield readLine(line, text);
  }
  if (blank) throw new Error('the file is empty: it must have a JSON object in each line');
}

/** The lines of the input, without their ends; undefined for a line that is too long. */
async function* linesOf(input: Readable): AsyncGenerator<string | undefined> {
  let rest: string | undefined = '';
  for await (const chunk of textOf(input)) {
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
    value = JSON.parse(text);
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
    if (field === undefined) return refusedLine(line, name, 'UNKNOWN_FIELD', 'is not a field of a product');
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
