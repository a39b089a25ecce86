import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import {
  ArrowClockwiseFilled,
  CheckmarkCircleFilled,
  CircleHintFilled,
  ClockAlarmFilled,
  ClockFilled,
  DismissCircleFilled,
  PauseCircleFilled,
  PlayCircleFilled,
  ProhibitedFilled,
  WarningFilled,
} from '@fluentui/react-icons';
import type { ComponentType } from 'react';
import { useTexts } from '../i18n/use-texts.ts';
import { uiTexts, type ShownState } from './texts.ts';

interface Look {
  readonly Icon: ComponentType<{ readonly className?: string }>;
  readonly color: string;
}

const GREY = tokens.colorNeutralForeground3;
const BLUE = tokens.colorBrandForeground1;

/** Shape and word say it as well: nobody needs to tell red from green. */
const LOOKS: Readonly<Record<ShownState, Look>> = {
  ok: { Icon: CheckmarkCircleFilled, color: 'var(--state-ok)' },
  completed: { Icon: CheckmarkCircleFilled, color: 'var(--state-ok)' },
  online: { Icon: CheckmarkCircleFilled, color: 'var(--state-ok)' },
  running: { Icon: PlayCircleFilled, color: BLUE },
  pending: { Icon: ClockFilled, color: BLUE },
  retrying: { Icon: ArrowClockwiseFilled, color: 'var(--state-warning)' },
  overdue: { Icon: ClockAlarmFilled, color: 'var(--state-overdue)' },
  stuck: { Icon: ClockAlarmFilled, color: 'var(--state-failed)' },
  failed: { Icon: DismissCircleFilled, color: 'var(--state-failed)' },
  warning: { Icon: WarningFilled, color: 'var(--state-warning)' },
  cancelled: { Icon: ProhibitedFilled, color: 'var(--state-warning)' },
  paused: { Icon: PauseCircleFilled, color: GREY },
  unknown: { Icon: CircleHintFilled, color: GREY },
  inactive: { Icon: ProhibitedFilled, color: GREY },
  offline: { Icon: DismissCircleFilled, color: GREY },
};

const useStyles = makeStyles({
  root: {
    display: 'inline-flex',
    alignItems: 'center',
    verticalAlign: 'middle',
    gap: '6px',
    whiteSpace: 'nowrap',
    fontSize: '13px',
    lineHeight: '20px',
  },
  icon: { fontSize: '18px', flexShrink: 0 },
  strong: { fontWeight: tokens.fontWeightSemibold },
});

export interface StateBadgeProps {
  readonly state: ShownState;
  /** Behind the word: a percentage, a time. */
  readonly detail?: string;
  readonly strong?: boolean;
  /** Where the icon stands elsewhere already. */
  readonly wordOnly?: boolean;
}

/** A state as icon and word. */
export function StateBadge({ state, detail, strong, wordOnly }: StateBadgeProps) {
  const styles = useStyles();
  const texts = useTexts(uiTexts);
  const { Icon, color } = LOOKS[state];
  return (
    <span className={mergeClasses(styles.root, strong && styles.strong)}>
      {!wordOnly && (
        <span style={{ color, display: 'inline-flex' }} aria-hidden>
          <Icon className={styles.icon} />
        </span>
      )}
      <span>
        {texts.states[state]}
        {detail !== undefined && ` · ${detail}`}
      </span>
    </span>
  );
}

/** The icon alone, for where the word stands beside it already. */
export function StateIcon({ state }: { readonly state: ShownState }) {
  const styles = useStyles();
  const texts = useTexts(uiTexts);
  const { Icon, color } = LOOKS[state];
  return (
    <span
      style={{ color, display: 'inline-flex' }}
      role="img"
      aria-label={texts.states[state]}
      title={texts.states[state]}
    >
      <Icon className={styles.icon} />
    </span>
  );
}
