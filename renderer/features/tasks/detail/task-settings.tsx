import type { TaskView } from '../../../../contracts/tasks.ts';
import { links } from '../../../app/links.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { Facts } from '../../../ui/facts.tsx';
import { PageLink } from '../../../ui/page-link.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ScheduleWords } from '../../../ui/schedule/schedule-words.tsx';
import { taskTexts } from '../texts.ts';
import { detailTexts } from './texts.ts';

/** How a task is set up. */
export function TaskSettings({ task }: { readonly task: TaskView }) {
  const texts = useTexts(detailTexts);
  const words = useTexts(taskTexts);
  const formats = useFormats();
  const minutes = (count: number | undefined) => (count === undefined ? null : formats.duration(count * 60));
  const own = 'config' in task ? task : null;
  const expected = own ? own.schedule : 'expected_schedule' in task ? (task.expected_schedule ?? null) : null;
  return (
    <Panel title={texts.settings}>
      <Facts
        facts={[
          [texts.id, task.task_id],
          [
            texts.type,
            own?.type === task.task_type
              ? words.types[own.type]
              : `${words.types[own?.type ?? 'monitored']} · ${task.task_type}`,
          ],
          [
            own ? texts.schedule : texts.expected,
            expected === null ? own && words.manual : <ScheduleWords schedule={expected} />,
          ],
          [texts.timeZone, task.time_zone ?? null],
          [texts.grace, minutes(task.grace_minutes)],
          [texts.maxDuration, minutes(task.max_duration_minutes)],
          [texts.server, task.server_id],
          [texts.priority, own ? texts.priorities[own.priority] : null],
          [texts.retries, own ? formats.number(own.max_retries) : null],
          [texts.timeout, own ? formats.duration(own.timeout / 1000) : null],
          [texts.dependsOn, own && own.dependencies.length > 0 ? <Dependencies ids={own.dependencies} /> : null],
          [texts.createdBy, own?.created_by ?? null],
          [texts.assignedTo, own?.assigned_to ?? null],
          [texts.created, formats.dateTime(task.created_at)],
        ]}
      />
    </Panel>
  );
}

function Dependencies({ ids }: { readonly ids: readonly string[] }) {
  return ids.map((id, index) => (
    <span key={id}>
      {index > 0 && ', '}
      <PageLink to={links.task(id)}>{id}</PageLink>
    </span>
  ));
}
