import { Button } from '@fluentui/react-components';
import type { TargetView } from '../../../contracts/targets.ts';
import { links } from '../../app/links.ts';
import type { Formats } from '../../format/formats.ts';
import type { DataColumn } from '../../ui/data-table/data-table.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { TargetState } from './target-state.tsx';
import type { ListedTarget } from './targets-page.tsx';
import type { targetTexts } from './texts.ts';

interface Parts {
  readonly texts: (typeof targetTexts)['en'];
  readonly formats: Formats;
  readonly nowMs: number;
  /** Null: this role may not. */
  readonly backUp: ((target: TargetView) => void) | null;
}

export function targetColumns({ texts, formats, nowMs, backUp }: Parts): DataColumn<ListedTarget>[] {
  const { columns } = texts;
  const when = (at: string | null | undefined, none: string) =>
    at ? <span title={formats.exactTime(at)}>{formats.relative(at, nowMs)}</span> : none;
  return [
    {
      id: 'name',
      header: columns.name,
      width: 'minmax(120px, 2fr)',
      sortBy: ({ target }) => target.name.toLocaleLowerCase(),
      cell: ({ target }) => <PageLink to={links.target(target.target_id)}>{target.name}</PageLink>,
    },
    {
      id: 'state',
      header: columns.state,
      width: '180px',
      sortBy: ({ state }) => state?.state ?? null,
      cell: ({ state }) => <TargetState state={state} />,
    },
    {
      id: 'last',
      header: columns.lastBackup,
      width: '140px',
      sortBy: ({ target }) => target.last_good_backup?.completed_at ?? null,
      cell: ({ target }) => when(target.last_good_backup?.completed_at, texts.never),
    },
    {
      id: 'proven',
      header: columns.proven,
      width: '130px',
      sortBy: ({ state }) => state?.last_drill_at ?? null,
      cell: ({ state }) => when(state?.last_drill_at, texts.never),
    },
    {
      id: 'next',
      header: columns.next,
      width: '140px',
      sortBy: ({ target }) => target.next_run,
      cell: ({ target }) => when(target.next_run, texts.byHand),
    },
    {
      id: 'repository',
      header: columns.repository,
      width: 'minmax(110px, 1fr)',
      sortBy: ({ repository }) => repository.toLocaleLowerCase(),
      cell: ({ target, repository }) => <PageLink to={links.repository(target.repository_id)}>{repository}</PageLink>,
    },
    ...(backUp === null
      ? []
      : [
          {
            id: 'actions',
            header: columns.actions,
            width: '145px',
            cell: ({ target }: ListedTarget) => (
              <Button
                size="small"
                aria-label={texts.backUpOf(target.name)}
                disabled={target.active_backup_id !== null}
                onClick={() => backUp(target)}
              >
                {texts.backUpNow}
              </Button>
            ),
          },
        ]),
  ];
}
