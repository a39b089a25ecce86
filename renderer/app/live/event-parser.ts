export interface ServerEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads server-sent events (HTML standard, section 9.2) as far as our server writes them: id, event, data, comments. */
export class EventParser {
  #rest = '';
  #lastId: string | null = null;

  /** Of the last complete block; where to go on after a break. */
  get lastId(): string | null {
    return this.#lastId;
  }

  push(text: string): ServerEvent[] {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => this.#eventOf(block));
  }

  /** A broken line leaves half a block: the next connection begins anew. */
  reset(): void {
    this.#rest = '';
  }

  #eventOf(block: string): ServerEvent[] {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
      if (name !== '') fields.set(name, value);
    }
    this.#lastId = fields.get('id') ?? this.#lastId;
    const text = fields.get('data');
    if (text === undefined) return [];
    const { data } = parsed(text);
    return [{ type: fields.get('event') ?? 'message', data: typeof data === 'object' && data ? data : {} }];
  }
}

function parsed(text: string): { readonly data?: Readonly<Record<string, unknown>> } {
  try {
    return JSON.parse(text) as { readonly data?: Readonly<Record<string, unknown>> };
  } catch {
    return {};
  }
}
