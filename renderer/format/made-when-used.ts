/**
 * The value of `make`, made when it is asked for first. Formats of Intl take some 20 ms each to make, and a page that has just been opened
 * needs two or three of them.
 */
export function madeWhenUsed<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
