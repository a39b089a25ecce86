import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { TaskView } from '../../../../contracts/tasks.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { CommandLine } from '../../../ui/command-line.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { taskCommands } from './task-commands.ts';
import { detailTexts } from './texts.ts';

const useStyles = makeStyles({
  list: { display: 'grid', gap: tokens.spacingVerticalM },
  entry: { display: 'grid', gap: tokens.spacingVerticalXS },
  hint: { color: tokens.colorNeutralForeground2 },
});

/** The same from a terminal or a script. */
export default function CommandsTab({ task }: { readonly task: TaskView }) {
  const styles = useStyles();
  const texts = useTexts(detailTexts);
  return (
    <Panel title={texts.tabs.commands}>
      <div className={styles.list}>
        <Text className={styles.hint}>{texts.commandsHint}</Text>
        {taskCommands(task.task_id, 'config' in task, location.origin).map(({ kind, lines }) => (
          <div key={kind} className={styles.entry}>
            <Text weight="semibold">{texts.commands[kind]}</Text>
            <CommandLine text={lines.join('\n')} />
          </div>
        ))}
      </div>
    </Panel>
  );
}
