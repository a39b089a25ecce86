import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts.ts';
import { protectTexts } from './texts.ts';

const useStyles = makeStyles({
  root: { maxWidth: '760px', ':focus-visible': { outline: 'none' } },
  actions: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
});

/** A step of the wizard. Whoever comes to it is at its beginning, also with a screen reader. */
export function StepFrame({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const styles = useStyles();
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    root.current?.focus();
  }, []);
  return (
    <div ref={root} tabIndex={-1} role="group" aria-label={label} className={styles.root}>
      {children}
    </div>
  );
}

export function StepActions(props: {
  readonly onBack: (() => void) | null;
  /** Left out: the button submits the form around it. */
  readonly onNext?: () => void;
  readonly next?: string;
  readonly isBusy?: boolean;
  readonly isReady?: boolean;
  readonly children?: ReactNode;
}) {
  const { onBack, onNext, isBusy = false, isReady = true } = props;
  const styles = useStyles();
  const texts = useTexts(protectTexts);
  return (
    <div className={styles.actions}>
      <Button
        appearance="primary"
        type={onNext ? 'button' : 'submit'}
        disabled={isBusy || !isReady}
        {...(onNext && { onClick: onNext })}
      >
        {props.next ?? texts.next}
      </Button>
      {props.children}
      {onBack && (
        <Button disabled={isBusy} onClick={onBack}>
          {texts.back}
        </Button>
      )}
      {isBusy && <span role="status">{texts.starting}</span>}
    </div>
  );
}
