import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers, run, type Language } from '../language.ts';

const here = import.meta.dirname;

/** How buf makes Go code of protos that name no Go package. */
function template(bin: string) {
  const plugin = (name: string) => ({ local: join(bin, name), out: 'gen', opt: ['paths=source_relative'] });
  return JSON.stringify({
    version: 'v2',
    managed: {
      enabled: true,
      disable: ['google', 'grpc'].map((path) => ({ file_option: 'go_package', path })),
      override: [{ file_option: 'go_package_prefix', value: 'shop/gen' }],
    },
    plugins: [plugin('protoc-gen-go'), plugin('protoc-gen-connect-go')],
  });
}

export const go: Language = {
  missing: () => (answers('go', 'version') ? undefined : 'Go is missing'),
  prepare: ({ root, folder }) => {
    for (const file of ['go.mod', 'go.sum', 'main.go']) cpSync(join(here, file), join(folder, file));
    const bin = join(folder, 'bin');
    run('go', ['install', 'tool'], { cwd: folder, env: { GOBIN: bin, GOFLAGS: '' } });
    writeFileSync(join(folder, 'buf.gen.yaml'), template(bin));
    const paths = ['proto/ecommerce', 'proto/deps/buf'].flatMap((path) => ['--path', path]);
    const buf = ['generate', '--template', join(folder, 'buf.gen.yaml'), '-o', folder, ...paths];
    run(join(root, 'node_modules/.bin/buf'), buf, { cwd: root });
    run('go', ['build', '-o', 'buy', '.'], { cwd: folder });
    return ['connect', 'grpc', 'grpc-web'].map((protocol) => ({
      name: `Go: connect-go, ${protocol}`,
      buy: (env) => run(join(folder, 'buy'), [protocol], { cwd: folder, env }),
    }));
  },
};
