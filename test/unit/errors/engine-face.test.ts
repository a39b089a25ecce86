import { expect, test } from 'vitest';
import { engineFace } from '../../../main/app/errors/engine-face.ts';
import { EngineError } from '../../../main/engine/index.ts';

test('an error of the engine has the face of its code', () => {
  const error = new EngineError('wrong_password', 'The password is wrong.');
  expect(engineFace(error)).toMatchObject({
    api: 'repository_password_wrong',
    exit: 12,
    message: 'The password is wrong.',
  });
});

test.each([
  ['an error of Node', Object.assign(new Error('gone'), { code: 'ENOENT' })],
  [
    "a name without one of the engine's codes",
    Object.assign(new Error('x'), { name: 'EngineError', code: 'toString' }),
  ],
  ['a code without the name', Object.assign(new Error('x'), { code: 'corrupt' })],
  ['no error at all', { name: 'EngineError', code: 'corrupt', message: 'x' }],
])('%s has none', (_what, error) => {
  expect(engineFace(error)).toBeNull();
});
