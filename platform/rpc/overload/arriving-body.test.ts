import { describe, expect, test } from 'vitest';
import { AppError } from '../../errors/app-error.ts';
import { ArrivalRoom, ArrivingBody, uncountedBytes } from './arriving-body.ts';

const kibibyte = 1024;
const refusal = () => new AppError('unavailable', 'OVERLOADED', 'no room');
const large = Buffer.alloc(64 * kibibyte, 'x');

function bodiesIn(maxBytes: number): () => ArrivingBody {
  const room = new ArrivalRoom(maxBytes);
  return () => new ArrivingBody(room, refusal);
}

test('a body has the bytes of its chunks, in order', () => {
  const body = bodiesIn(1024 * kibibyte)();
  const chunks = Array.from({ length: 50 }, (_, index) => Buffer.alloc(1 + 37 * index, index));
  for (const chunk of chunks) body.add(chunk);
  expect(body.bytes.equals(Buffer.concat(chunks))).toBe(true);
  expect(body.size).toBe(Buffer.concat(chunks).length);
});

test('a body keeps nothing of the memory that its chunks were parts of', () => {
  const body = bodiesIn(1024 * kibibyte)();
  body.add(large.subarray(0, 10));
  expect(body.bytes.buffer).not.toBe(large.buffer);
});

describe('together, bodies have no more memory than the room', () => {
  test('a body that finds none is refused, and smaller ones are not', () => {
    const begin = bodiesIn(100 * kibibyte);
    begin().add(large);
    expect(() => begin().add(large)).toThrow('no room');
    expect(() => begin().add(large.subarray(0, uncountedBytes))).not.toThrow();
  });

  test('a body that grows is refused when it is too large', () => {
    const body = bodiesIn(100 * kibibyte)();
    const send = () => {
      for (let sent = 0; sent < 1000; sent++) body.add(large.subarray(0, kibibyte));
    };
    expect(send).toThrow('no room');
    expect(body.size).toBeLessThanOrEqual(100 * kibibyte);
  });

  test('a body gives its room back when it ends, also if it was refused', () => {
    const begin = bodiesIn(130 * kibibyte);
    for (let time = 0; time < 10; time++) {
      const body = begin();
      body.add(large);
      expect(() => {
        for (;;) body.add(large);
      }).toThrow('no room');
      body.end();
      body.end();
    }
    for (const body of [begin(), begin()]) body.add(large);
    expect(() => begin().add(large)).toThrow('no room');
  });

  test('a body keeps nothing after its end', () => {
    const begin = bodiesIn(100 * kibibyte);
    const body = begin();
    body.end();
    body.add(large);
    expect(body.size).toBe(0);
    expect(() => begin().add(large)).not.toThrow();
  });
});
