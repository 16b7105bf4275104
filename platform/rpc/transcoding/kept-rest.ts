import type { DescMethod } from '@bufbuild/protobuf';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { cacheControl, matches, varyOn } from '../answers/conditional.ts';
import type { Exchange } from '../answers/exchange.ts';
import { KeptAnswers } from '../answers/kept-answers.ts';
import { Representation, type Coded } from '../answers/representation.ts';
import type { SharedReads } from '../answers/shared-read.ts';
import type { ServedCall } from '../interceptors/index.ts';
import type { Admission } from '../overload/admission.ts';
import type { ProblemResponse } from './problem.ts';
import type { RestRequest } from './rest.ts';
import type { RestRoute } from './routes.ts';

export interface KeptRestOptions {
  readonly reads: SharedReads;
  readonly admission: Pick<Admission, 'tryEnter'>;
  readonly served: (call: ServedCall) => void;
  /** Names the route for metrics. */
  readonly onRoute: (response: ServerResponse, template: string) => void;
}

/** What a call of a route answered. `exchange` is there if it was a shared read and succeeded. */
export interface RestAnswer {
  readonly response: ProblemResponse;
  readonly exchange?: Exchange | undefined;
}

/** REST answers of shared reads. Equal URLs are equal requests, so the URL is the key and nothing of it is read again. */
export interface KeptRest {
  /** Answers at once if the bytes are there. @returns whether it has answered */
  readonly send: (request: RestRequest, startedAt?: number) => boolean;
  /** Whether the answers of this request are kept. */
  readonly covers: (request: RestRequest, route: RestRoute) => boolean;
  /** Answers with what another call has just got, or else makes the call and keeps its answer. */
  readonly serve: (
    request: RestRequest,
    route: RestRoute,
    call: () => Promise<RestAnswer>,
  ) => Promise<ProblemResponse | undefined>;
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

  function send(request: RestRequest, startedAt = performance.now()): boolean {
    const { incoming, outgoing, requestId } = request;
    if (incoming.method !== 'GET' && incoming.method !== 'HEAD') return false;
    const found = kept.find(incoming.url ?? '');
    const release = found && admission.tryEnter(found.method);
    if (found === undefined || release === undefined) return false;
    onRoute(outgoing, found.template);
    sendRepresentation(request, found.representation);
    release();
    served({ method: found.method, startedAt, requestId });
    return true;
  }

  function keep(url: string, route: RestRoute, exchange: Exchange, body: Buffer): Representation {
    const before = kept.last(url)?.representation;
    // The compressed forms stay if the answer is only newer and not different.
    const representation = before?.plain.bytes.equals(body) === true ? before : new Representation(contentType, body);
    const answer = { method: route.method, template: route.template.text, representation };
    kept.keep(url, exchange, answer, body.length);
    return representation;
  }

  return {
    send,
    covers: ({ incoming }, route) =>
      reads.has(route.method) && route.httpMethod === 'GET' && incoming.url !== undefined,
    serve: async (request, route, call) => {
      const startedAt = performance.now();
      const url = request.incoming.url ?? '';
      const following = kept.follow(url);
      // A call that waits for another one needs a permit, like one that waits for the database.
      const release = following && admission.tryEnter(route.method);
      if (release !== undefined) {
        await following;
        release();
        if (send(request, startedAt)) return undefined;
      }
      const { response, exchange } = await kept.lead(url, call);
      if (exchange === undefined || response.status !== 200) return response;
      sendRepresentation(request, keep(url, route, exchange, response.body));
      return undefined;
    },
  };
}
