import { Button } from '@fluentui/react-components';
import { AddRegular, CalendarClockRegular } from '@fluentui/react-icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ScheduleView } from '../../../contracts/backup-schedules.ts';
import type { TargetView } from '../../../contracts/targets.ts';
import { scheduleActions } from '../../api/backup-actions.ts';
import { backupSchedulesQuery } from '../../api/protection-queries.ts';
import { keys } from '../../api/query-keys.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { backupTexts } from '../../ui/backup/texts.ts';
import { ConfirmDialog, type Confirmation } from '../../ui/confirm-dialog.tsx';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { Panel } from '../../ui/panel.tsx';
import { AddScheduleDialog } from './add-schedule-dialog.tsx';
import { scheduleColumns } from './schedule-columns.tsx';
import { targetTexts } from './texts.ts';

/** When a target is backed up by itself. */
export function SchedulesPanel({ target }: { readonly target: TargetView }) {
  const texts = useTexts(targetTexts);
  const mayChange = useMay('admin', 'operator');
  const { data } = useQuery(backupSchedulesQuery);
  const [isAdding, setAdding] = useState(false);
  const id = target.target_id;
  const schedules = data?.schedules.filter(({ targets }) => targets.some(({ target_id: other }) => other === id));
  const button = mayChange && (
    <Button size="small" icon={<AddRegular />} onClick={() => setAdding(true)}>
      {texts.addSchedule}
    </Button>
  );
  return (
    <Panel title={texts.schedules} aside={button} flush>
      {schedules?.length === 0 && (
        <EmptyState icon={<CalendarClockRegular />} title={texts.noSchedules} hint={texts.noSchedulesHint} />
      )}
      {schedules && schedules.length > 0 && <Table schedules={schedules} targetId={id} />}
      {isAdding && <AddScheduleDialog target={target} onClose={() => setAdding(false)} />}
    </Panel>
  );
}

function Table({ schedules, targetId }: { readonly schedules: readonly ScheduleView[]; readonly targetId: string }) {
  const texts = useTexts(targetTexts);
  const { types } = useTexts(backupTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const notices = useNotices();
  const client = useQueryClient();
  const mayChange = useMay('admin', 'operator');
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const { mutate: toggle } = useMutation({
    mutationFn: ({ schedule_id: id, enabled }: ScheduleView) => scheduleActions.setEnabled(id, !enabled),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.backupSchedules }),
    onError: (error) => notices.failed(texts.failed, error),
  });
  const columns = useMemo(() => {
    const remove = ({ schedule_id: id, name, targets }: ScheduleView) =>
      setConfirmation({
        title: texts.deleteScheduleTitle(name),
        content: texts.deleteScheduleLoses(targets.map((target) => target.name).join(', ')),
        action: texts.deleteScheduleAction,
        act: async () => {
          await scheduleActions.delete(id);
          await Promise.all(
            [keys.backupSchedules, keys.targets].map((queryKey) => client.invalidateQueries({ queryKey })),
          );
        },
      });
    return scheduleColumns({ texts, types, formats, nowMs, targetId, acts: mayChange ? { toggle, remove } : null });
  }, [texts, types, formats, nowMs, targetId, mayChange, toggle, client]);
  return (
    <>
      <DataTable
        label={texts.schedules}
        items={schedules}
        columns={columns}
        idOf={({ schedule_id: id }) => id}
        nameOf={({ name }) => name}
      />
      {confirmation && <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(null)} />}
    </>
  );
}
