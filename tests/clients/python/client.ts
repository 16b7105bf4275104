import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers, packages, run, type Language } from '../language.ts';

const here = import.meta.dirname;

/** Every proto below proto/, by its path there. */
function protos(folder: string, below: readonly string[]): string[] {
  return below.flatMap((each) =>
    readdirSync(join(folder, each), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.proto'))
      .map((file) => join(each, file)),
  );
}

export const python: Language = {
  missing: () => (answers('python3', '-m', 'venv', '--help') ? undefined : 'python3 with venv is missing'),
  prepare: ({ root, folder, openapi }) => {
    const venv = packages('python', join(here, 'requirements.txt'), (cwd) => {
      run('python3', ['-m', 'venv', '.'], { cwd });
      const quiet = ['--quiet', '--disable-pip-version-check'];
      run('bin/python3', ['-m', 'pip', 'install', ...quiet, '-r', 'requirements.txt'], { cwd });
    });
    const program = join(venv, 'bin/python3');
    const stubs = join(folder, 'stubs');
    mkdirSync(stubs);
    const [contract, deps] = [join(root, 'proto'), join(root, 'proto/deps')];
    const files = [...protos(contract, ['ecommerce']), ...protos(deps, ['buf'])];
    const out = [`--python_out=${stubs}`, `--grpc_python_out=${stubs}`];
    run(program, ['-m', 'grpc_tools.protoc', `-I${contract}`, `-I${deps}`, ...out, ...files], { cwd: root });
    // Its hooks format the code with ruff, which nobody reads here.
    writeFileSync(join(folder, 'config.yaml'), 'post_hooks: []\npackage_name_override: shop_client\n');
    const generate = ['generate', '--path', openapi, '--output-path', 'shop_client', '--meta', 'none'];
    run(join(venv, 'bin/openapi-python-client'), [...generate, '--config', 'config.yaml'], { cwd: folder });
    const client = (name: string, file: string, generated: string) => ({
      name: `Python: ${name}`,
      buy: (env: Readonly<Record<string, string>>) =>
        run(program, [join(here, file)], { cwd: folder, env: { ...env, CLIENT_GENERATED: generated } }),
    });
    return [
      client('stubs of grpcio-tools', 'stubs.py', stubs),
      client('reflection, without protos', 'reflection.py', folder),
      client('openapi-python-client', 'rest.py', folder),
    ];
  },
};
