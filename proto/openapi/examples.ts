import type { Json, Schema } from './document.ts';

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
  quantity: 1,
  refresh_token: 'the refresh token of a login',
  sku: 'LAMP-1',
  update_time: '2026-01-01T00:00:00Z',
  update_mask: 'price',
  wait: '5s',
};

/**
 * Whole bodies, by operation, where one made of the fields' examples would be refused. They fit a platform in
 * development: its customer has this password.
 */
export const bodies: Readonly<Record<string, Json>> = {
  AuthService_Login: { email: 'demo@example.com', password: 'demo-development-only' },
  CheckoutService_StartCheckout: { wait: '5s' },
};

/**
 * Where the reference page finds values for its examples, by JSON name: a GET whose answer has one. For an empty one, the
 * page takes it from an answer that it has seen.
 */
export const sources: Readonly<Record<string, string>> = {
  accessToken: '',
  orderId: '/api/v1/orders?pageSize=1',
  // A wallet that a customer has is in USD.
  productId: '/api/v1/products?inStock=true&minPrice.currencyCode=USD&minPrice.minorUnits=1&pageSize=1',
  refreshToken: '',
  userId: '/api/v1/auth/me',
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
