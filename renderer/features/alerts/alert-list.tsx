import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { DismissCircleFilled, InfoFilled, WarningFilled } from '@fluentui/react-icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlertView } from '../../../contracts/alerts.ts';
import { keys } from '../../api/query-keys.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { useNotices } from '../../ui/notices.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { AcknowledgeDialog } from './acknowledge-dialog.tsx';
import { placeOf } from './alert-place.ts';
import { alertCalls } from './queries.ts';
import { alertTexts } from './texts.ts';

const ICONS = { critical: DismissCircleFilled, warning: WarningFilled, info: InfoFilled } as const;
const COLORS = {
  critical: 'var(--state-failed)',
  warning: 'var(--state-warning)',
  info: tokens.colorBrandForeground1,
} as const;

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  item: {
    display: 'grid',
    gridTemplateColumns: '24px minmax(0, 1fr) auto',
    gap: tokens.spacingHorizontalM,
    alignItems: 'start',
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  icon: { display: 'inline-flex', fontSize: '20px' },
  resolved: { opacity: 0.7 },
  message: {
    margin: 0,
    fontSize: '14px',
    lineHeight: '20px',
    fontWeight: tokens.fontWeightSemibold,
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-line',
  },
  facts: { margin: '2px 0 0', fontSize: '13px', lineHeight: '20px', color: tokens.colorNeutralForeground2 },
  note: { margin: '2px 0 0', fontSize: '13px', lineHeight: '20px', overflowWrap: 'anywhere' },
  actions: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalM,
    alignItems: 'center',
    justifyContent: 'flex-end',
  },
});

/** Alerts with what is known of them, and what can be done. */
export function AlertEntries({ alerts }: { readonly alerts: readonly AlertView[] }) {
  const styles = useStyles();
  const texts = useTexts(alertTexts);
  const [seeing, setSeeing] = useState<AlertView | null>(null);
  return (
    <>
      <ul className={styles.list} aria-label={texts.list}>
        {alerts.map((alert) => (
          <Entry key={alert.alert_id} alert={alert} onAcknowledge={() => setSeeing(alert)} />
        ))}
      </ul>
      {seeing && <AcknowledgeDialog alert={seeing} onClose={() => setSeeing(null)} />}
    </>
  );
}

function Entry({ alert, onAcknowledge }: { readonly alert: AlertView; readonly onAcknowledge: () => void }) {
  const styles = useStyles();
  const texts = useTexts(alertTexts);
  const mayAct = useMay('admin', 'operator');
  const { severity, message, resolved_at: resolvedAt, acknowledged_at: seenAt } = alert;
  const Icon = ICONS[severity];
  const isOpen = resolvedAt === null;
  const place = placeOf(alert);
  return (
    <li className={styles.item}>
      <span
        className={mergeClasses(styles.icon, !isOpen && styles.resolved)}
        style={{ color: COLORS[severity] }}
        role="img"
        aria-label={texts.severities[severity]}
        title={texts.severities[severity]}
      >
        <Icon />
      </span>
      <div>
        <p className={styles.message}>{message}</p>
        <Facts alert={alert} />
        <Seen alert={alert} />
      </div>
      <div className={styles.actions}>
        {place !== null && (
          <PageLink to={place}>
            {texts.show}
            <span className="visually-hidden">: {message}</span>
          </PageLink>
        )}
        {isOpen && mayAct && <DismissAnomaly alert={alert} />}
        {isOpen && mayAct && seenAt === null && (
          <Button aria-label={texts.acknowledgeOf(message)} onClick={onAcknowledge}>
            {texts.acknowledge}
          </Button>
        )}
      </div>
    </li>
  );
}

function Facts({ alert }: { readonly alert: AlertView }) {
  const styles = useStyles();
  const texts = useTexts(alertTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const { kind, opened_at: openedAt, resolved_at: resolvedAt } = alert;
  const openSeconds = resolvedAt === null ? 0 : (Date.parse(resolvedAt) - Date.parse(openedAt)) / 1000;
  return (
    <p className={styles.facts}>
      {texts.kinds[kind]} ·{' '}
      <span title={formats.exactTime(openedAt)}>{texts.openedAt(formats.relative(openedAt, nowMs))}</span>
      {resolvedAt !== null && (
        <span title={formats.exactTime(resolvedAt)}>
          {` · ${texts.resolvedAt(formats.relative(resolvedAt, nowMs))} · ${texts.took(formats.duration(openSeconds))}`}
        </span>
      )}
    </p>
  );
}

function Seen({ alert }: { readonly alert: AlertView }) {
  const styles = useStyles();
  const texts = useTexts(alertTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const { acknowledged_at: at, acknowledged_by: by, acknowledged_note: note } = alert;
  if (at === null) return null;
  return (
    <p className={styles.note}>
      {texts.acknowledgedBy(by ?? '–', formats.relative(at, nowMs))}
      {note !== null && `: ${note}`}
    </p>
  );
}

/** An unusual backup stays an alert until somebody has looked at it. */
function DismissAnomaly({ alert }: { readonly alert: AlertView }) {
  const texts = useTexts(alertTexts);
  const notices = useNotices();
  const client = useQueryClient();
  const dismiss = useMutation({
    mutationFn: alertCalls.dismissAnomaly,
    onSuccess: () => Promise.all([keys.alerts, keys.backups].map((queryKey) => client.invalidateQueries({ queryKey }))),
    onError: (error) => notices.failed(texts.failed, error),
  });
  const backupId = alert.details['backup_id'];
  if (alert.kind !== 'anomaly' || typeof backupId !== 'string') return null;
  return (
    <Button title={texts.dismissHint} disabled={dismiss.isPending} onClick={() => dismiss.mutate(backupId)}>
      {texts.dismissAnomaly}
    </Button>
  );
}
