import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ImportProductsRowSchema } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';

export type Row = MessageInitShape<typeof ImportProductsRowSchema>;

/** Why a line was not taken. */
export interface Refusal {
  /** Counted from 1; of a record of several lines, its last. */
  readonly line: number;
  /** The column, or the field as the API names it; empty if it is the whole line. */
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

/** A line of the file: what it asks for, or why it can't be read. */
export type ReadLine = { readonly line: number; readonly row: Row } | RefusedLine;

export interface RefusedLine {
  readonly line: number;
  readonly refusals: readonly Refusal[];
}

export const maxLineBytes = 512 * 1024;

export function refusedLine(line: number, field: string, reason: string, message: string): RefusedLine {
  return { line, refusals: [{ line, field, reason, message }] };
}

/** What is wrong with a text as such, whatever it means; undefined for nothing. */
export function badText(text: string): string | undefined {
  if (text.includes('\0')) return 'has a NUL character';
  // U+FFFD is what a decoder leaves of bytes that are no UTF-8.
  return text.includes('\uFFFD') || !text.isWellFormed() ? 'is not UTF-8' : undefined;
}
