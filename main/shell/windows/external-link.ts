/** Longer than any link that a person follows. */
const MAX_LENGTH = 2048;

/**
 * A link that may be handed to the system's browser, as the browser would write it; null for anything else. Only https: other
 * schemes start programs.
 */
export function externalLink(text: string): string | null {
  if (text.length > MAX_LENGTH) return null;
  const url = URL.parse(text);
  if (!url || url.protocol !== 'https:' || url.hostname === '' || url.username || url.password) return null;
  return url.href;
}
