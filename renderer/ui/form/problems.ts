/** What is wrong, by the name of the field in the API: `name`, `config.command`. */
export type Problems = Readonly<Record<string, string>>;

/** Of the field, or of anything inside it: `config.headers.Host` belongs to `config.headers`. */
export function problemOf(problems: Problems, name: string): string | undefined {
  return Object.entries(problems).find(([path]) => path === name || path.startsWith(`${name}.`))?.[1];
}
