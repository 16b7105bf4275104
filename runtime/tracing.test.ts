import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readProcessConfig } from '../platform/config/process-config.ts';

/** What a process has loaded that reads this configuration and composes nothing yet. */
function loaded(module: string): string[] {
  const script = `
    const seen = [];
    const { registerHooks } = require('node:module');
    registerHooks({ load: (url, context, next) => { seen.push(url); return next(url, context); } });
    import(${JSON.stringify(join(import.meta.dirname, module))}).then(() => console.log(JSON.stringify(seen)));`;
  const text = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--eval', script]).toString();
  return JSON.parse(text.trim().split('\n').at(-1) ?? '[]') as string[];
}

test("without an endpoint a process loads OpenTelemetry's API and nothing else of it", () => {
  const urls = loaded('process.ts').filter((url) => url.includes('/@opentelemetry/'));
  expect(urls.filter((url) => !url.includes('/@opentelemetry/api/'))).toEqual([]);
  expect(loaded('tracing.ts').length).toBeGreaterThan(0);
});

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

test.each([
  [{}, undefined],
  [{ ...endpoint, OTEL_SDK_DISABLED: 'true' }, undefined],
  [endpoint, { sampler: 'parentbased_always_on', ratio: 1 }],
  [
    { ...endpoint, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' },
    { sampler: 'parentbased_traceidratio', ratio: 0.1 },
  ],
])('the settings %j give %j', (env, tracing) => {
  expect(readProcessConfig(env).tracing).toEqual(tracing);
});

test('a sampler that does not exist is named at the start', () => {
  expect(() => readProcessConfig({ ...endpoint, OTEL_TRACES_SAMPLER: 'sometimes' })).toThrow('OTEL_TRACES_SAMPLER');
});
