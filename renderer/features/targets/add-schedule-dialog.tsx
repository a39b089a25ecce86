import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  MessageBar,
  MessageBarBody,
  tokens,
} from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TargetView } from '../../../contracts/targets.ts';
import { scheduleActions } from '../../api/backup-actions.ts';
import { keys } from '../../api/query-keys.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { TextField } from '../../ui/form/text-field.tsx';
import { ScheduleBuilder } from '../../ui/schedule/schedule-builder.tsx';
import { uiTexts } from '../../ui/texts.ts';
import { targetTexts } from './texts.ts';

const useStyles = makeStyles({ fields: { display: 'grid', gap: tokens.spacingVerticalM } });

/** A schedule for one target. */
export function AddScheduleDialog({ target, onClose }: { readonly target: TargetView; readonly onClose: () => void }) {
  const styles = useStyles();
  const texts = useTexts(targetTexts);
  const words = useTexts(uiTexts);
  const client = useQueryClient();
  const [name, setName] = useState(target.schedules.length === 0 ? target.name : '');
  const [schedule, setSchedule] = useState('daily at 02:00');
  const add = useMutation({
    mutationFn: () => scheduleActions.create({ name: name.trim(), schedule, targets: [target.target_id] }),
    onSuccess: async () => {
      await Promise.all([keys.backupSchedules, keys.targets].map((queryKey) => client.invalidateQueries({ queryKey })));
      onClose();
    },
  });
  const isReady = name.trim() !== '' && schedule !== 'manual';
  return (
    <Dialog open onOpenChange={(_event, { open }) => !open && onClose()}>
      <DialogSurface>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (isReady) add.mutate();
          }}
        >
          <DialogBody>
            <DialogTitle>{texts.addSchedule}</DialogTitle>
            <DialogContent className={styles.fields}>
              <TextField
                {...{ label: texts.scheduleName, name: 'name', problems: {}, isRequired: true, autoFocus: true }}
                value={name}
                onChange={setName}
              />
              <ScheduleBuilder
                value={schedule}
                timeZone=""
                isExpectation={false}
                problem={undefined}
                onChange={setSchedule}
              />
              {add.error && (
                <MessageBar intent="error" layout="multiline">
                  <MessageBarBody>{add.error.message}</MessageBarBody>
                </MessageBar>
              )}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{words.cancel}</Button>
              <Button appearance="primary" type="submit" disabled={!isReady || add.isPending}>
                {texts.make}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
