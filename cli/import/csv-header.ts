/** Columns that hold a text of the product: the field of the API by the name of the column. */
export const texts = {
  name: 'name',
  description: 'description',
  category: 'category',
  image_url: 'imageUrl',
} as const;

const columns = ['sku', ...Object.keys(texts), 'price', 'currency', 'available_quantity'];
const attributePrefix = 'attributes.';

/** Case, spaces and underscores make no difference: `Image URL` and `imageUrl` are `image_url`. */
const keyOf = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, '');
const columnsByKey = new Map(columns.map((column) => [keyOf(column), column]));

/**
 * The names of the columns. Empty cells at the end, which spreadsheets write, are no columns.
 * @throws Error for a header that has an unknown column, a column twice or no `sku`
 */
export function readHeader(record: readonly string[]): readonly string[] {
  const named = record.findLastIndex((name) => name.trim() !== '') + 1;
  const header = record.slice(0, named).map((name) => columnOf(name.trim()));
  const unknown = header.filter((name) => !columns.includes(name) && attributeOf(name) === undefined);
  if (unknown.length > 0) {
    const known = [...columns, `${attributePrefix}<name>`].join(', ');
    throw new Error(
      `unknown column ${unknown.map((name) => JSON.stringify(name)).join(', ')}: the possible columns are ${known}`,
    );
  }
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`the column ${twice} exists twice: remove one`);
  if (!header.includes('sku')) throw new Error('there is no column sku, by which products are identified: add it');
  return header;
}

/** The name of the attribute, as it is written, whose column this is; undefined for any other column. */
export function attributeOf(column: string): string | undefined {
  const isAttribute = column.startsWith(attributePrefix) && column.length > attributePrefix.length;
  return isAttribute ? column.slice(attributePrefix.length) : undefined;
}

function columnOf(name: string): string {
  const start = name.slice(0, attributePrefix.length).toLowerCase();
  if (start === attributePrefix) return attributePrefix + name.slice(attributePrefix.length).trim();
  return columnsByKey.get(keyOf(name)) ?? name;
}

/** What separates the cells, by the line of the header: a comma, or a semicolon or tab if it has no comma. */
export function delimiterOf(header: string): ',' | ';' | '\t' {
  if (header.includes(',')) return ',';
  if (header.includes(';')) return ';';
  return header.includes('\t') ? '\t' : ',';
}
