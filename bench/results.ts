import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Judged } from './bars.ts';
import type { Findings } from './figures.ts';

export interface RowResult extends Findings {
  readonly row: string;
  readonly judged: readonly Judged[];
}

const figure = z.object({ name: z.string(), value: z.number().nullable(), unit: z.string() });
const document = z.object({
  format: z.literal(1),
  rows: z.array(z.looseObject({ row: z.string(), figures: z.array(figure), failures: z.array(z.string()) })),
});

/** The figures of an earlier run, as `--json` wrote them. */
export type Earlier = z.infer<typeof document>;

export interface RunFacts {
  readonly at: Date;
  readonly commit: string | undefined;
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The document that `--json` writes and `--compare` reads. */
export function toJson(facts: RunFacts, rows: readonly RowResult[]): string {
  const results = rows.map(({ row, figures, failures, judged }) => ({
    row,
    failures,
    figures,
    bars: judged.map(({ bar: { row: _, figure: name, ...limits }, verdict, why }) => ({
      figure: name,
      ...limits,
      verdict,
      why,
    })),
  }));
  return `${JSON.stringify({ format: 1, ...facts, rows: results }, undefined, 2)}\n`;
}

/** @throws Error if the file is not what `--json` writes */
export function readEarlier(file: string): Earlier {
  try {
    return document.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(`${file} is not a result of \`npm run bench -- --json\``, { cause });
  }
}
