import { expect, test } from 'vitest';
import { imageProblems, mentionsIn } from './images.ts';

const compose = mentionsIn(
  'compose',
  'services:\n  a:\n    image: postgres:17.6-bookworm\n  b:\n    image: redis:7.4.2\n',
);

test('images are found in every kind of file, except our own image', () => {
  const pod =
    '      - name: x\n        image: docker.io/library/postgres:17.6-bookworm\n      - image: cr.yandex/1/ecommerce:0.1.0\n';
  const build = 'ARG NODE_IMAGE=node:24.21.0-bookworm-slim\nFROM ${NODE_IMAGE} AS build\nFROM debian:12.1-slim\n';
  const own = 'image: ${ECOMMERCE_IMAGE:-ecommerce:0.1.0}\nimage: ${PG_IMAGE:-postgres:17.6}\n';
  const found = [pod, build, own].flatMap((text) => mentionsIn('file', text)).map(({ name, tag }) => `${name}:${tag}`);
  expect(found).toEqual(['postgres:17.6-bookworm', 'node:24.21.0-bookworm-slim', 'debian:12.1-slim', 'postgres:17.6']);
});

test('several versions of an image are a problem, and so is a tag that can move', () => {
  expect(imageProblems([...compose, ...mentionsIn('pod', 'image: postgres:17.6-bookworm\n')])).toEqual([]);
  expect(imageProblems([...compose, ...mentionsIn('pod', 'image: postgres:16.2-bookworm\n')])).toEqual([
    'postgres has several versions: 17.6-bookworm in compose, 16.2-bookworm in pod',
  ]);
  expect(imageProblems(mentionsIn('pod', 'image: redis:latest\n'))).toEqual([
    'pod: the tag of redis:latest can move: name an exact version',
  ]);
});
