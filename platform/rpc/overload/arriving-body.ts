import type { AppError } from '../../errors/app-error.ts';

/**
 * A body of up to this size needs no room: it takes about as much memory as the rest of its call. So the usual calls,
 * whose bodies come whole in one packet, are also served while larger bodies find no room.
 */
export const uncountedBytes = 16_384;

/** The memory for the bodies of all calls that are on their way. */
export class ArrivalRoom {
  readonly #maxBytes: number;
  #takenBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @returns false if there is not so much room; then nothing was taken */
  take(bytes: number): boolean {
    if (this.#takenBytes + bytes > this.#maxBytes) return false;
    this.#takenBytes += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#takenBytes -= bytes;
  }
}

const nothing = Buffer.alloc(0);

/**
 * A body that is on its way. Its bytes are copied to one buffer: a chunk may be a small part of a large buffer of Node's
 * and would keep all of it, and a body of many tiny chunks would need a multiple of its size.
 */
export class ArrivingBody {
  readonly #room: ArrivalRoom;
  readonly #refusal: () => AppError;
  #buffer: Buffer = nothing;
  #size = 0;
  #takenBytes = 0;
  #hasEnded = false;

  /** @param refusal makes the error for a body that finds no room */
  constructor(room: ArrivalRoom, refusal: () => AppError) {
    this.#room = room;
    this.#refusal = refusal;
  }

  get size(): number {
    return this.#size;
  }

  /** What has arrived. */
  get bytes(): Buffer {
    return this.#size === this.#buffer.length ? this.#buffer : this.#buffer.subarray(0, this.#size);
  }

  /** After `end` it keeps nothing. @throws the refusal */
  add(chunk: Uint8Array): void {
    if (this.#hasEnded) return;
    const size = this.#size + chunk.byteLength;
    if (size > this.#buffer.length) this.#grow(size);
    this.#buffer.set(chunk, this.#size);
    this.#size = size;
  }

  /** Gives its room back. To be called when the body is there, and when nobody waits for it any more. */
  end(): void {
    this.#hasEnded = true;
    this.#room.giveBack(this.#takenBytes);
    this.#takenBytes = 0;
    this.#buffer = nothing;
    this.#size = 0;
  }

  #grow(size: number): void {
    const capacity = Math.max(size, 2 * this.#buffer.length);
    if (capacity > uncountedBytes) this.#take(capacity - this.#takenBytes);
    const buffer = Buffer.allocUnsafe(capacity);
    this.#buffer.copy(buffer, 0, 0, this.#size);
    this.#buffer = buffer;
  }

  #take(bytes: number): void {
    if (!this.#room.take(bytes)) throw this.#refusal();
    this.#takenBytes += bytes;
  }
}
