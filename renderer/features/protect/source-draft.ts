import {
  FilesConfig,
  ScenariosConfig,
  TargetName,
  type TargetKind,
  type TargetView,
} from '../../../contracts/targets.ts';
import type { Problems } from '../../ui/form/problems.ts';

/** What is protected, as the form's fields hold it: text, until it is sent. */
export interface SourceDraft {
  readonly kind: TargetKind;
  readonly name: string;
  /** One a line. */
  readonly paths: string;
  readonly folder: string;
  readonly metadataFile: string;
  /** One a line. */
  readonly excludes: string;
  readonly excludeCaches: boolean;
  readonly excludeLargerThan: string;
  readonly oneFileSystem: boolean;
  /** What the form does not show, such as commands around a backup: it stays as it is. */
  readonly rest: Readonly<Record<string, unknown>>;
}

export const EMPTY_SOURCE: SourceDraft = {
  kind: 'files',
  name: '',
  paths: '',
  folder: '',
  metadataFile: '',
  excludes: '',
  excludeCaches: true,
  excludeLargerThan: '',
  oneFileSystem: false,
  rest: {},
};

export function sourceDraftOf({ kind, name, config }: Pick<TargetView, 'kind' | 'name' | 'config'>): SourceDraft {
  const {
    paths,
    path,
    metadata_file: metadataFile,
    excludes,
    exclude_caches: caches,
    exclude_larger_than: larger,
    one_file_system: oneFileSystem,
    ...rest
  } = config;
  return {
    kind,
    name,
    paths: linesText(paths),
    folder: typeof path === 'string' ? path : '',
    metadataFile: typeof metadataFile === 'string' ? metadataFile : '',
    excludes: linesText(excludes),
    excludeCaches: caches === true,
    excludeLargerThan: typeof larger === 'string' || typeof larger === 'number' ? String(larger) : '',
    oneFileSystem: oneFileSystem === true,
    rest,
  };
}

/** A target's `config` as the API takes it. */
export function sourceConfig(draft: SourceDraft): Record<string, unknown> {
  const { kind, folder, metadataFile, excludeCaches, excludeLargerThan, oneFileSystem, rest } = draft;
  const excludes = linesOf(draft.excludes);
  const larger = excludeLargerThan.trim();
  return {
    ...rest,
    ...(kind === 'files'
      ? { paths: linesOf(draft.paths) }
      : { path: folder.trim(), ...(metadataFile.trim() !== '' && { metadata_file: metadataFile.trim() }) }),
    ...(excludes.length > 0 && { excludes }),
    ...(excludeCaches && { exclude_caches: true }),
    ...(larger !== '' && { exclude_larger_than: larger }),
    ...(oneFileSystem && { one_file_system: true }),
  };
}

/** What the API would refuse, by the very schemas that it checks with. */
export function sourceProblems(draft: SourceDraft): Problems {
  const problems: Record<string, string> = {};
  const note = (path: string, message: string) => {
    problems[path] ??= message;
  };
  for (const issue of TargetName.safeParse(draft.name.trim()).error?.issues ?? []) note('name', issue.message);
  const schema = draft.kind === 'files' ? FilesConfig : ScenariosConfig;
  for (const issue of schema.safeParse(sourceConfig(draft)).error?.issues ?? [])
    note(['config', ...issue.path.map(String)].join('.'), issue.message);
  return problems;
}

function linesText(value: unknown): string {
  return Array.isArray(value) ? value.join('\n') : '';
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
