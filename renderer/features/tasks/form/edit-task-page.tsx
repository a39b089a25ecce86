import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { TaskView } from '../../../../contracts/tasks.ts';
import { call } from '../../../api/client.ts';
import { pathOf } from '../../../api/task-actions.ts';
import { links } from '../../../app/links.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { useNotices } from '../../../ui/notices.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { detailTexts } from '../detail/texts.ts';
import { taskQuery } from '../queries.ts';
import { changedTaskBody } from './task-body.ts';
import { draftOf } from './task-draft.ts';
import { TaskForm } from './task-form.tsx';
import { formTexts } from './texts.ts';

export default function EditTaskPage() {
  const texts = useTexts(detailTexts);
  const [search] = useSearchParams();
  const taskId = search.get('id');
  if (taskId === null) return <EmptyState title={texts.noTask} />;
  return <EditOf key={taskId} taskId={taskId} />;
}

function EditOf({ taskId }: { readonly taskId: string }) {
  const { data: task, error, refetch } = useQuery(taskQuery(taskId));
  if (error && !task) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!task) return <LoadingState />;
  return <EditForm task={task} />;
}

function EditForm({ task }: { readonly task: TaskView }) {
  const texts = useTexts(formTexts);
  const notices = useNotices();
  const [, navigate] = useLocation();
  // As it was when the page was opened: what is sent is what somebody changed since.
  const [first] = useState(() => draftOf(task));
  return (
    <>
      <PageHeader title={texts.editTitle(task.display_name)} />
      <TaskForm
        first={first}
        isNew={false}
        submitLabel={() => texts.save}
        check={(draft) => changedTaskBody(first, draft)}
        send={(_draft, body) => call(pathOf(task.task_id), { method: 'PUT', body, reply: TaskView })}
        onDone={({ task_id, display_name }) => {
          notices.done(texts.saved(display_name));
          navigate(links.task(task_id));
        }}
        onCancel={() => navigate(links.task(task.task_id))}
      />
    </>
  );
}
