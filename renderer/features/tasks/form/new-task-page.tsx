import { useLocation } from 'wouter';
import { TaskView } from '../../../../contracts/tasks.ts';
import { call } from '../../../api/client.ts';
import { links } from '../../../app/links.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { useNotices } from '../../../ui/notices.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { newTaskBody } from './task-body.ts';
import { EMPTY_DRAFT } from './task-draft.ts';
import { TaskForm } from './task-form.tsx';
import { formTexts } from './texts.ts';

export default function NewTaskPage() {
  const texts = useTexts(formTexts);
  const notices = useNotices();
  const [, navigate] = useLocation();
  return (
    <>
      <PageHeader title={texts.newTitle} />
      <TaskForm
        first={EMPTY_DRAFT}
        isNew
        submitLabel={({ type }) => (type === 'monitored' ? texts.register : texts.create)}
        check={newTaskBody}
        send={({ type }, body) => {
          const path = type === 'monitored' ? '/api/tasks/register' : '/api/tasks';
          return call(path, { method: 'POST', body, reply: TaskView });
        }}
        onDone={({ task_id, display_name }) => {
          notices.done(texts.created(display_name));
          navigate(links.task(task_id));
        }}
        onCancel={() => navigate('/tasks')}
      />
    </>
  );
}
