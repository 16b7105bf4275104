import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Names } from './names.ts';

const folder = join(import.meta.dirname, 'template');

/** A file of the template: where it goes and what it says, with `__name__`, `__Thing__` and the like in both. */
export interface TemplateFile {
  readonly path: string;
  readonly text: string;
}

export function readTemplate(): readonly TemplateFile[] {
  return globSync('**/*.tmpl', { cwd: folder })
    .sort()
    .map((file) => ({ path: file.replace(/\.tmpl$/, ''), text: readFileSync(join(folder, file), 'utf8') }));
}

/** Puts names where `__name__` and the like stand. */
export function fill(text: string, names: Names): string {
  return text.replaceAll(/__(?<form>name|Name|NAME|things?|Things?|THING)__/g, (_, form: keyof Names) => names[form]);
}
