/** One server-sent event. */
export interface ServerEvent {
  readonly type: string;
  /** Its data lines, joined; JSON in GuardIT's streams. */
  readonly data: string;
}

/** More than any event has: a server that never ends a line is not ours. */
const MAX_UNFINISHED_LENGTH = 4 * 1024 * 1024;

/** Reads a stream of server-sent events (HTML standard, section 9.2). Comments, ids and the time to wait are left out. */
export async function* readServerEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let unfinished = '';
  let type = '';
  let data: string[] = [];
  for await (const piece of bytes) {
    unfinished += decoder.decode(piece, { stream: true });
    if (unfinished.length > MAX_UNFINISHED_LENGTH) throw new Error('An event of the service has no end.');
    // A carriage return at the very end may be half of a line break.
    const lines = unfinished.split(/\r\n|\n|\r(?!$)/);
    unfinished = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { type: type || 'message', data: data.join('\n') };
        type = '';
        data = [];
        continue;
      }
      const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === 'event') type = value;
      else if (field === 'data') data.push(value);
    }
  }
}
