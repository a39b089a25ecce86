import type { ReadStream } from 'node:tty';
import { InterruptedError, UsageError } from '../failure.ts';

/** Where a person can be asked something. */
export interface PromptTerminal {
  readonly isInteractive: boolean;
  readonly input: ReadStream;
  /** Questions go to standard error, so that standard output stays a clean result. */
  readonly output: NodeJS.WritableStream;
  /** Ends a question that nobody answers. */
  readonly signal: AbortSignal;
}

export function processTerminal(signal: AbortSignal): PromptTerminal {
  return { isInteractive: process.stdin.isTTY === true, input: process.stdin, output: process.stderr, signal };
}

const ENTER = /[\r\n]/;
const INTERRUPT = '\u0003';
const END_OF_INPUT = '\u0004';
const ERASE = new Set(['\u007f', '\b']);
const ERASE_ALL = '\u0015';

/** Keys that came in the same read as an answer, typed or pasted ahead, belong to the next question. */
let typedAhead = '';

/** Reads one line without showing it. Ctrl-C throws InterruptedError, the end of the input UsageError. */
export async function promptForPassword(terminal: PromptTerminal, question: string): Promise<string> {
  const { input, output, signal } = terminal;
  if (signal.aborted) throw new InterruptedError();
  // Silent before it asks: whoever answers at once must not see the answer.
  input.setRawMode(true);
  output.write(question);
  input.setEncoding('utf8');
  try {
    return await readHiddenLine(input, signal);
  } finally {
    input.setRawMode(false);
    input.pause();
    output.write('\n');
  }
}

function readHiddenLine(input: ReadStream, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const stop = () => {
      input.off('data', onData);
      input.off('end', onEnd);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: Error) => {
      stop();
      reject(error);
    };
    const onAbort = () => fail(new InterruptedError());
    const onEnd = () => fail(new UsageError('The input ended before a password was typed.'));
    const onData = (text: string) => {
      const keys = Array.from(text);
      for (const [index, key] of keys.entries()) {
        if (key === INTERRUPT) return fail(new InterruptedError());
        if (key === END_OF_INPUT && typed.length === 0) return onEnd();
        if (ENTER.test(key)) {
          stop();
          typedAhead = keys.slice(index + 1).join('');
          return resolve(typed.join(''));
        }
        if (ERASE.has(key)) typed.pop();
        else if (key === ERASE_ALL) typed = [];
        else if (key >= ' ') typed.push(key);
      }
    };
    input.on('data', onData);
    input.on('end', onEnd);
    signal.addEventListener('abort', onAbort);
    const ahead = typedAhead;
    typedAhead = '';
    if (ahead !== '') onData(ahead);
    input.resume();
  });
}
