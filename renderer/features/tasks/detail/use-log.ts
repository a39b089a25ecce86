import { useCallback, useEffect, useRef, useState } from 'react';
import { readLogRange } from './log-range.ts';
import { appended, CHUNK_BYTES, prepended, windowOf, type LogWindow } from './log-window.ts';

const FOLLOW_MS = 1_000;

export interface Log {
  readonly window: LogWindow | null;
  readonly sizeBytes: number;
  readonly error: unknown;
  /** How many lines were put before those that were there: the view keeps its place. */
  readonly prependedCount: number;
  readonly goTo: (place: 'beginning' | 'end') => void;
  readonly readEarlier: () => void;
  readonly readLater: () => void;
}

interface State {
  readonly window: LogWindow | null;
  readonly sizeBytes: number;
  readonly error: unknown;
  readonly prependedCount: number;
}

const NOTHING: State = { window: null, sizeBytes: 0, error: null, prependedCount: 0 };

/** A window into a run's log. `isFollowing`: what is written is read as it comes. */
export function useLog(runId: string, isFollowing: boolean): Log {
  const [state, setState] = useState<State>(NOTHING);
  const latest = useRef(state);
  latest.current = state;
  const work = useRef<AbortController | null>(null);

  /** One read at a time: whoever comes while one is under way is not needed. */
  const reading = useCallback(async (read: (signal: AbortSignal) => Promise<Partial<State>>, isUrgent = false) => {
    if (work.current && !isUrgent) return;
    work.current?.abort();
    const own = new AbortController();
    work.current = own;
    try {
      const change = await read(own.signal);
      if (!own.signal.aborted) setState((before) => ({ ...before, error: null, ...change }));
    } catch (error) {
      if (!own.signal.aborted) setState((before) => ({ ...before, error }));
    } finally {
      if (work.current === own) work.current = null;
    }
  }, []);

  const goTo = useCallback(
    (place: 'beginning' | 'end') => {
      const range = place === 'end' ? `bytes=-${CHUNK_BYTES}` : `bytes=0-${CHUNK_BYTES - 1}`;
      void reading(async (signal) => {
        const got = await readLogRange(runId, range, signal);
        if (!got) return { ...NOTHING, window: { start: 0, end: 0, lines: [] } };
        const isEnd = got.start + got.bytes.length >= got.size;
        return {
          window: windowOf(got.start, got.bytes, got.start === 0, isEnd),
          sizeBytes: got.size,
          prependedCount: 0,
        };
      }, true);
    },
    [reading, runId],
  );

  const readEarlier = useCallback(() => {
    const { window, prependedCount } = latest.current;
    if (!window || window.start === 0) return;
    const from = Math.max(0, window.start - CHUNK_BYTES);
    void reading(async (signal) => {
      const got = await readLogRange(runId, `bytes=${from}-${window.start - 1}`, signal);
      if (!got) return {};
      const earlier = windowOf(got.start, got.bytes, got.start === 0, true);
      return {
        window: prepended(window, earlier),
        sizeBytes: got.size,
        prependedCount: prependedCount + earlier.lines.length,
      };
    });
  }, [reading, runId]);

  const readLater = useCallback(() => {
    const { window } = latest.current;
    if (!window) return;
    void reading(async (signal) => {
      // One byte that is known already: a log that has not grown is no error then.
      const from = Math.max(0, window.end - 1);
      const got = await readLogRange(runId, `bytes=${from}-${from + CHUNK_BYTES}`, signal);
      if (!got) return {};
      const fresh = got.bytes.subarray(window.end - got.start);
      if (fresh.length === 0) return { sizeBytes: got.size };
      const isEnd = got.start + got.bytes.length >= got.size;
      return { window: appended(window, windowOf(window.end, fresh, true, isEnd)), sizeBytes: got.size };
    });
  }, [reading, runId]);

  useEffect(() => {
    setState(NOTHING);
    goTo('end');
    return () => work.current?.abort();
  }, [goTo]);
  useEffect(() => {
    if (!isFollowing) return;
    const timer = setInterval(readLater, FOLLOW_MS);
    return () => clearInterval(timer);
  }, [isFollowing, readLater]);
  return { ...state, goTo, readEarlier, readLater };
}
