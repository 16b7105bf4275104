import type { DescMethod } from '@bufbuild/protobuf';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { cacheControl, matches, varyOn } from '../answers/conditional.ts';
import type { Exchange } from '../answers/exchange.ts';
import { KeptAnswers } from '../answers/kept-answers.ts';
import { Representation, type Coded } from '../answers/representation.ts';
import type { SharedReads } from '../answers/shared-read.ts';
import type { ServedCall } from '../interceptors/index.ts';
import type { Admission } from '../overload/admission.ts';
import { acceptTraceparent, traceparentHeader } from '../../telemetry/trace-context.ts';
import type { ProblemResponse } from './problem.ts';
import type { RestRequest } from './request.ts';
import type { RestRoute } from './routes.ts';

export interface KeptRestOptions {
  readonly reads: SharedReads;
  readonly admission: Pick<Admission, 'enter' | 'tryEnter' | 'receive'>;
  readonly served: (call: ServedCall) => void;
  /** Names the route for metrics. */
  readonly onRoute: (response: ServerResponse, template: string) => void;
}

/** What a call of a route answered. `exchange` is there if it was a shared read and succeeded. */
export interface RestAnswer {
  readonly response: ProblemResponse;
  /** The etag of the one resource in it. */
  readonly resourceEtag?: string | undefined;
  readonly exchange?: Exchange | undefined;
}

/** REST answers of shared reads. Equal URLs are equal requests, so the URL is the key and nothing of it is read again. */
export interface KeptRest {
  /** Answers at once if the bytes and a permit are there. @returns whether it has answered */
  readonly send: (request: RestRequest) => boolean;
  /** Whether the answers of a route are kept. */
  readonly covers: (route: RestRoute) => boolean;
  /**
   * Answers, if need be with what another call gets: waits for that call or for a permit, or makes the call itself.
   * @returns what is still to be sent @throws OVERLOADED
   */
  readonly serve: (request: RestRequest, call: RestCall) => Promise<ProblemResponse | undefined>;
}

interface RestCall {
  readonly route: RestRoute;
  /** Aborted when the client is gone. */
  readonly signal: () => AbortSignal;
  readonly make: () => Promise<RestAnswer>;
}

interface Permitted {
  readonly release: () => void;
  readonly startedAt: number;
}

interface Kept {
  readonly method: DescMethod;
  readonly template: string;
  readonly representation: Representation;
}

const contentType = 'application/json';

function write(request: RestRequest, { plain }: Representation, form: Coded): void {
  const { incoming, outgoing } = request;
  if (outgoing.destroyed || outgoing.headersSent) return;
  const known = matches(incoming.headers['if-none-match'], [form.etag, plain.etag]);
  const headers: OutgoingHttpHeaders = {
    etag: known ?? form.etag,
    vary: varyOn(outgoing.getHeader('vary')),
    'cache-control': cacheControl(incoming.headers.authorization !== undefined),
  };
  if (known !== undefined) {
    outgoing.writeHead(304, headers).end();
    return;
  }
  headers['content-type'] = contentType;
  headers['content-length'] = form.bytes.length;
  if (form.coding !== 'identity') headers['content-encoding'] = form.coding;
  outgoing.writeHead(200, headers).end(form.bytes);
}

function sendRepresentation(request: RestRequest, representation: Representation): void {
  const form = representation.for(request.incoming.headers['accept-encoding']);
  if (!(form instanceof Promise)) {
    write(request, representation, form);
    return;
  }
  form.then(
    (made) => write(request, representation, made),
    () => write(request, representation, representation.plain),
  );
}

export function createKeptRest({ reads, admission, served, onRoute }: KeptRestOptions): KeptRest {
  const kept = new KeptAnswers<Kept>();

  function sendKept(request: RestRequest, found: Kept, { release, startedAt }: Permitted): void {
    const { method, template, representation } = found;
    try {
      onRoute(request.outgoing, template);
      sendRepresentation(request, representation);
    } finally {
      release();
    }
    const traceparent = acceptTraceparent(request.incoming.headers[traceparentHeader]);
    served({ method, startedAt, requestId: request.requestId, traceparent });
  }

  function keep(url: string, route: RestRoute, exchange: Exchange, { response, resourceEtag }: RestAnswer) {
    const { body } = response;
    const before = kept.last(url)?.representation;
    // The compressed forms stay if the answer is only newer and not different.
    const representation =
      before?.plain.bytes.equals(body) === true ? before : new Representation(contentType, body, resourceEtag);
    const answer = { method: route.method, template: route.template.text, representation };
    kept.keep(url, exchange, answer, body.length);
    return representation;
  }

  return {
    send: (request) => {
      const startedAt = performance.now();
      const { method, url = '' } = request.incoming;
      const found = method === 'GET' || method === 'HEAD' ? kept.find(url) : undefined;
      const release = found && admission.tryEnter(found.method);
      if (found === undefined || release === undefined) return false;
      sendKept(request, found, { release, startedAt });
      return true;
    },
    covers: (route) => reads.has(route.method) && route.httpMethod === 'GET',
    serve: async (request, { route, signal, make }) => {
      const startedAt = performance.now();
      const url = request.incoming.url ?? '';
      // Who waits for another call needs a permit, like who waits for the database.
      const leader = kept.follow(url);
      let release = leader && admission.tryEnter(route.method);
      if (release !== undefined) await leader;
      let found = kept.find(url);
      if (found !== undefined && release === undefined) {
        release = (await admission.enter(route.method, signal)).retain();
        found = kept.find(url);
      }
      if (found !== undefined && release !== undefined) {
        sendKept(request, found, { release, startedAt });
        return undefined;
      }
      release?.();
      return kept.lead(url, async () => {
        const made = await make();
        const { response, exchange } = made;
        if (exchange === undefined || response.status !== 200) return response;
        sendRepresentation(request, keep(url, route, exchange, made));
        return undefined;
      });
    },
  };
}
