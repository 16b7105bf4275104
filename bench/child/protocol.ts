/** The messages between the benchmark and the processes that it starts. They go over Node's IPC channel. */
import type { Marks } from '../window.ts';

/** What a child can do. Inputs and outputs must survive a structured clone. */
// The inputs of different tasks have nothing in common, so no type but `never` fits all of them.
export type Tasks = Readonly<Record<string, (input: never, marks: Marks) => Promise<unknown>>>;

export interface Order {
  readonly task: string;
  readonly input: unknown;
}

export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'mark'; readonly mark: keyof Marks }
  | { readonly kind: 'done'; readonly output: unknown }
  | { readonly kind: 'failed'; readonly error: string };
