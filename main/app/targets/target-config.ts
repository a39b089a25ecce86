import { TARGET_CONFIG_SCHEMAS, TARGET_KINDS, TargetKind } from '../../../contracts/targets.ts';
import { AppError } from '../errors/app-error.ts';
import type { NamedPath } from './path-rules.ts';

/** Refuses kinds that nothing backs up yet. */
export function supportedKind(kind: string): TargetKind {
  const supported = TargetKind.safeParse(kind).data;
  if (supported) return supported;
  const message = `Targets of the kind ${kind} are not supported yet. Supported are: ${TARGET_KINDS.join(', ')}.`;
  throw new AppError('unprocessable', message, { field: 'kind', code: 'not_supported', supported: TARGET_KINDS });
}

/** A configuration against its kind's schema. Throws `invalid_request`, which names the field. */
export function checkConfig(kind: TargetKind, config: Readonly<Record<string, unknown>>): void {
  const result = TARGET_CONFIG_SCHEMAS[kind].safeParse(config);
  if (result.success) return;
  const [issue] = result.error.issues;
  const path = issue?.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : (issue?.path ?? []);
  const field = ['config', ...path.map(String)].join('.');
  const isMissing = issue?.code === 'invalid_type' && valueAt(config, path) === undefined;
  const problem = isMissing
    ? 'is required'
    : issue?.code === 'unrecognized_keys'
      ? 'there is no such field'
      : issue?.message;
  const code = isMissing ? 'required' : (issue?.code ?? 'invalid');
  throw new AppError('invalid_request', `${field}: ${problem ?? 'invalid'}`, { field, code });
}

/** The paths that a configuration of any kind names, to be looked at. */
export function pathsOf(kind: TargetKind, config: Readonly<Record<string, unknown>>): readonly NamedPath[] {
  switch (kind) {
    case 'files': {
      const { paths } = TARGET_CONFIG_SCHEMAS.files.parse(config);
      return paths.map((path, index) => ({ field: `config.paths.${index}`, path }));
    }
    case 'scenarios':
      return [{ field: 'config.path', path: TARGET_CONFIG_SCHEMAS.scenarios.parse(config).path }];
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
}
