import { globSync, readFileSync } from 'node:fs';

/** Declares a statement under a name: the name is a text, or a template with what is known only at run time. */
const declared = /(?<!function )\b(?:statement|nextDue)(?:<[^()]*>)?\(\s*(?:'([^']+)'|`([^`]+)`)?/g;
const prepared = /\.prepare\('([^']+)'\)/g;

/** Patterns of the names of all statements in the code. */
export function namesInCode(): readonly RegExp[] {
  const files = globSync(['services/**/*.ts', 'platform/**/*.ts']).filter(isCode);
  return files.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const names = [...text.matchAll(declared), ...text.matchAll(prepared)].map(([call, name, template]) => {
      const found = name ?? template;
      if (found === undefined) throw new Error(`${file}: the name does not stand in the code at ${call}`);
      return new RegExp(`^${found.replaceAll('.', String.raw`\.`).replaceAll(/\$\{[^}]+\}/g, String.raw`\w+`)}$`);
    });
    return names;
  });
}

function isCode(file: string): boolean {
  return !/\.test\.ts$|[/\\]testing[/\\]|platform[/\\]data[/\\]db[/\\](?:statement|next-due)\.ts$/.test(file);
}
