import { expect, test } from 'vitest';
import { readAddresses } from './addresses.ts';
import { readPorts } from './ports.ts';
import { rpcRoles } from './registry.ts';

test('one role has its own default ports, several have common ones, and a role without RPCs has no gRPC port', () => {
  expect(readPorts({}, ['wallet'])).toEqual({ http: 8082, grpc: 50_054 });
  expect(readPorts({}, ['wallet', 'cart'])).toEqual({ http: 8000, grpc: 50_051 });
  expect(readPorts({}, ['wallet', 'worker'])).toEqual({ http: 8082, grpc: 50_054 });
  expect(readPorts({ HTTP_PORT: '9000', GRPC_PORT: '9001' }, ['worker'])).toEqual({ http: 9000, grpc: undefined });
});

test('the error of an invalid port names the setting', () => {
  expect(() => readPorts({ HTTP_PORT: 'eighty' }, ['wallet'])).toThrow('HTTP_PORT');
});

test('a remote service has its own address, the common address, or its default port on this machine', () => {
  const hosted = new Set<string>(rpcRoles.filter((role) => role !== 'products' && role !== 'wallet'));
  expect(readAddresses({ PRODUCTS_ADDRESS: 'shop:1, shop:3', SERVICES_ADDRESS: 'http://all:2' }, hosted)).toEqual({
    products: ['http://shop:1', 'http://shop:3'],
    wallet: ['http://all:2'],
  });
  expect(readAddresses({}, hosted).wallet).toEqual(['http://127.0.0.1:50054']);
  expect(() => readAddresses({ WALLET_ADDRESS: ' , ' }, hosted)).toThrow('host:port');
});
