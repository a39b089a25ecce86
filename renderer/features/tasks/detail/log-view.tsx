import { Button, makeStyles, Switch, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular, ArrowDownRegular, ArrowUpRegular } from '@fluentui/react-icons';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { LogLine } from './log-line.tsx';
import { logPath } from './log-range.ts';
import { detailTexts } from './texts.ts';
import { useLog } from './use-log.ts';

const LINE_HEIGHT_PX = 18;
const NEAR_EDGE_PX = 400;

const useStyles = makeStyles({
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    paddingBottom: tokens.spacingVerticalS,
  },
  position: {
    color: tokens.colorNeutralForeground2,
    fontSize: '12px',
    marginLeft: 'auto',
    fontVariantNumeric: 'tabular-nums',
  },
  scroller: {
    height: 'min(60vh, 640px)',
    overflow: 'auto',
    backgroundColor: tokens.colorNeutralBackground3,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: '12px',
    lineHeight: `${LINE_HEIGHT_PX}px`,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  lines: { position: 'relative', minWidth: 'max-content' },
  empty: { padding: tokens.spacingVerticalL, color: tokens.colorNeutralForeground2 },
});

/** A log of any size: only a window of it is read, only lines in sight are drawn. Log text is text, never anything else. */
export function LogView({
  runId,
  isRunning,
  label,
}: {
  readonly runId: string;
  readonly isRunning: boolean;
  readonly label: string;
}) {
  const styles = useStyles();
  const texts = useTexts(detailTexts);
  const formats = useFormats();
  const [isFollowing, setFollowing] = useState(true);
  const log = useLog(runId, isFollowing && isRunning);
  const scroller = useRef<HTMLDivElement>(null);
  const lines = log.window?.lines ?? [];
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT_PX,
    overscan: 30,
  });
  useKeptPlace(scroller, log.prependedCount);
  useEffect(() => {
    if (isFollowing && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [isFollowing, lines]);

  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = scroller.current ?? {
      scrollTop: 0,
      scrollHeight: 0,
      clientHeight: 0,
    };
    const belowPx = scrollHeight - scrollTop - clientHeight;
    if (scrollTop < NEAR_EDGE_PX) log.readEarlier();
    if (belowPx < NEAR_EDGE_PX && (log.window?.end ?? 0) < log.sizeBytes) log.readLater();
    // Whoever scrolls up wants to read, not to be pulled down again.
    if (belowPx > LINE_HEIGHT_PX * 2) setFollowing(false);
  };
  if (log.error && !log.window) return <ErrorState error={log.error} onRetry={() => log.goTo('end')} />;
  if (!log.window) return <LoadingState />;
  const { start, end } = log.window;
  return (
    <div>
      <div className={styles.bar}>
        <Button size="small" icon={<ArrowUpRegular />} onClick={() => goToTop()}>
          {texts.toBeginning}
        </Button>
        <Button size="small" icon={<ArrowDownRegular />} onClick={() => goToBottom()}>
          {texts.toEnd}
        </Button>
        <Button size="small" as="a" icon={<ArrowDownloadRegular />} href={logPath(runId)} download={`${runId}.log`}>
          {texts.download}
        </Button>
        {isRunning && (
          <Switch
            label={texts.follow}
            checked={isFollowing}
            onChange={(_event, { checked }) => setFollowing(checked)}
          />
        )}
        <span className={styles.position}>
          {texts.logPosition(formats.bytes(start), formats.bytes(end), formats.bytes(log.sizeBytes))}
        </span>
      </div>
      <div
        ref={scroller}
        className={styles.scroller}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label={label}
        aria-live="off"
      >
        {lines.length === 0 && <div className={styles.empty}>{texts.emptyLog}</div>}
        <div className={styles.lines} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start: top }) => (
            <LogLine key={index} text={lines[index] ?? ''} top={top} />
          ))}
        </div>
      </div>
    </div>
  );

  function goToTop() {
    setFollowing(false);
    log.goTo('beginning');
    scroller.current?.scrollTo({ top: 0 });
  }

  function goToBottom() {
    setFollowing(true);
    log.goTo('end');
  }
}

/** Lines that come before those in sight push them down: the view goes with them. */
function useKeptPlace(scroller: RefObject<HTMLDivElement | null>, prependedCount: number): void {
  const before = useRef(prependedCount);
  useLayoutEffect(() => {
    const more = prependedCount - before.current;
    before.current = prependedCount;
    if (more > 0 && scroller.current) scroller.current.scrollTop += more * LINE_HEIGHT_PX;
  }, [prependedCount, scroller]);
}
