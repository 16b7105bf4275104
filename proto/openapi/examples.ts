import type { Schema } from './document.ts';

// Examples by proto field name. Without them the reference page shows random text that fits the patterns.
const values: Readonly<Record<string, string | number | Readonly<Record<string, string>>>> = {
  access_token: 'eyJhbGciOiJFZERTQSJ9…',
  attributes: { color: 'brass' },
  available_quantity: 10,
  category: 'home',
  create_time: '2026-01-01T00:00:00Z',
  create_time_from: '2026-01-01T00:00:00Z',
  create_time_to: '2026-02-01T00:00:00Z',
  currency_code: 'USD',
  current_password: 'correct horse battery staple',
  description: 'Warm light, brass foot.',
  email: 'shopper@example.com',
  etag: '',
  image_url: 'https://example.com/lamp.jpg',
  minor_units: '1999',
  name: 'Desk lamp',
  new_password: 'staple battery horse correct',
  note: 'delivery 4711',
  password: 'correct horse battery staple',
  product_id: '',
  refresh_token: 'the refresh token of a login',
  sku: 'LAMP-1',
  update_time: '2026-01-01T00:00:00Z',
  update_mask: 'price',
  wait: '5s',
};

function fits(text: string, { pattern, minLength, maxLength }: Schema): boolean {
  const { length } = text;
  const long = length >= (minLength ?? 0) && length <= (maxLength ?? Infinity);
  return long && (pattern === undefined || new RegExp(pattern).test(text));
}

/** Adds the field's example to the schema, if there is one that fits. */
export function withExample(fieldName: string, schema: Schema): Schema {
  const value = values[fieldName];
  if (value === undefined || schema.format === 'uuid') return schema;
  return typeof value === 'string' && !fits(value, schema) ? schema : { ...schema, examples: [value] };
}
