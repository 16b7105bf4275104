import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ImportProductsRowSchema } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';

export type Row = MessageInitShape<typeof ImportProductsRowSchema>;

/** Why a line was refused. */
export interface Refusal {
  /** The number of the line, from 1. For a record of several lines, the first of them. */
  readonly line: number;
  /** The column, or the name of the field in the API; empty if the refusal is about the whole line. */
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

/** A line of the file: the row to import, or why the line was refused. */
export type ReadLine = { readonly line: number; readonly row: Row } | RefusedLine;

export interface RefusedLine {
  readonly line: number;
  readonly refusals: readonly Refusal[];
}

export const maxLineBytes = 512 * 1024;

export function refusedLine(line: number, field: string, reason: string, message: string): RefusedLine {
  return { line, refusals: [{ line, field, reason, message }] };
}

/** What is wrong with the characters of a text; undefined if nothing is. */
export function badText(text: string): string | undefined {
  if (text.includes('\0')) return 'has a NUL character';
  // A decoder puts U+FFFD in the place of bytes that are not UTF-8.
  return text.includes('\uFFFD') || !text.isWellFormed() ? 'is not UTF-8' : undefined;
}
