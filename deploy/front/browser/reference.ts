/**
 * Starts Swagger UI on the reference page, and makes its examples run as they are: each try gets an idempotency key of its
 * own, a sign-in counts for the tries after it, and ids in examples become those of things that exist.
 */
import { exampleOf, fillIn, remember, withExamples, type ApiDocument, type Call } from './samples.ts';

interface Answer {
  readonly ok: boolean;
  readonly text?: string;
}

interface Options {
  readonly spec: ApiDocument;
  readonly requestInterceptor: (call: Call) => Promise<Call>;
  readonly responseInterceptor: (answer: Answer) => Answer;
  readonly [setting: string]: unknown;
}

declare const SwaggerUIBundle: (options: Options) => { preauthorizeApiKey(scheme: string, value: string): void };

const described: ApiDocument = await (await fetch('/openapi.json')).json();
const spec = await withExamples(described);

const page = SwaggerUIBundle({
  spec,
  dom_id: '#reference',
  // The badge would send the document's address to another server.
  validatorUrl: null,
  deepLinking: true,
  persistAuthorization: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  requestInterceptor: async (call) => {
    await fillIn(call);
    return call;
  },
  responseInterceptor: (answer) => {
    if (!answer.ok || answer.text === undefined) return answer;
    remember(answer.text);
    const token = exampleOf('accessToken');
    if (token !== undefined && answer.text.includes(token)) page.preauthorizeApiKey('bearerAuth', token);
    return answer;
  },
});
