import { makeStyles, Spinner, tokens } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { useLive } from '../live/live-context.ts';
import { frameTexts } from './texts.ts';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXXL}`,
    backgroundColor: tokens.colorStatusWarningBackground1,
    color: tokens.colorNeutralForeground1,
    borderBottom: `1px solid ${tokens.colorStatusWarningBorder1}`,
    fontSize: '13px',
  },
});

/** Says that what is shown may be old, from the moment the connection is lost until everything has been read anew. */
export function ConnectionBanner() {
  const styles = useStyles();
  const texts = useTexts(frameTexts);
  const formats = useFormats();
  const { state, lostAtMs } = useLive();
  const said = useAnnouncement(state === 'live', texts.connected);
  return (
    <>
      {state === 'lost' && (
        <div className={styles.root} role="alert">
          <Spinner size="extra-tiny" aria-hidden />
          <strong>{texts.reconnecting}</strong>
          {lostAtMs !== null && <span>{texts.oldSince(formats.time(lostAtMs))}</span>}
        </div>
      )}
      {state === 'catching-up' && (
        <div className={styles.root} role="status">
          <Spinner size="extra-tiny" aria-hidden />
          {texts.catchingUp}
        </div>
      )}
      <div role="status" className="visually-hidden">
        {said}
      </div>
    </>
  );
}

/** Said to screen readers when the connection is there again, not when it is there for the first time. */
function useAnnouncement(isLive: boolean, text: string): string {
  const wasLive = useRef<boolean | null>(null);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (isLive && wasLive.current === false) setSaid(text);
    if (!isLive) setSaid('');
    if (isLive || wasLive.current !== null) wasLive.current = isLive;
  }, [isLive, text]);
  return said;
}
