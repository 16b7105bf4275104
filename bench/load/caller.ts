import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { Connection } from './connection.ts';

/**
 * Calls RPCs of the public API by the Connect protocol with binary messages, on one connection. A caller makes one call
 * at a time.
 */
export class Caller {
  readonly #connection: Connection;
  readonly #host: string;
  /** The access token of the user who calls. */
  token: string | undefined;

  /** @param baseUrl for example http://127.0.0.1:8000 */
  constructor(baseUrl: string, token?: string) {
    this.#connection = new Connection(baseUrl);
    this.#host = new URL(baseUrl).host;
    this.token = token;
  }

  /** @throws Error with method, status and reason, for any answer but success */
  async call<Input extends DescMessage, Output extends DescMessage>(
    method: DescMethodUnary<Input, Output>,
    input: MessageInitShape<Input>,
  ): Promise<MessageShape<Output>> {
    const body = toBinary(method.input, create(method.input, input));
    const { status, body: answer } = await this.#connection.send(
      Buffer.concat([this.#head(method, body.length), body]),
    );
    if (status !== 200) throw new Error(`${method.parent.name}/${method.name} answered ${status} ${reasonIn(answer)}`);
    return fromBinary(method.output, answer);
  }

  close(): void {
    this.#connection.close();
  }

  #head(method: DescMethodUnary, length: number): Buffer {
    const authorization = this.token === undefined ? '' : `authorization: Bearer ${this.token}\r\n`;
    return Buffer.from(
      `POST /${method.parent.typeName}/${method.name} HTTP/1.1\r\nhost: ${this.#host}\r\n${authorization}` +
        `content-type: application/proto\r\nconnect-protocol-version: 1\r\nconnect-timeout-ms: 12000\r\n` +
        `content-length: ${length}\r\n\r\n`,
      'latin1',
    );
  }
}

/** Code and message of an error of the Connect protocol. Other answers are not JSON. */
function reasonIn(body: Buffer): string {
  try {
    const { code, message } = JSON.parse(body.toString()) as { readonly code?: string; readonly message?: string };
    return `${code}: ${message}`;
  } catch {
    return body.toString('utf8', 0, 80);
  }
}
