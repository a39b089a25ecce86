export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables before `_FILE`, in order. */
export const REPOSITORY_VARIABLES = ['GUARDIT_PASSWORD', 'RESTIC_PASSWORD'];
export const FROM_VARIABLES = ['GUARDIT_FROM_PASSWORD', 'RESTIC_FROM_PASSWORD'];

/** Where the environment says that the password is: for each variable a file before a value, as in restic. */
export function environmentPassword(
  variables: readonly string[],
  environment: Environment,
): { readonly path: string } | { readonly value: string } | undefined {
  for (const name of variables) {
    const path = environment[`${name}_FILE`];
    if (path) return { path };
    const value = environment[name];
    if (value) return { value };
  }
  return undefined;
}
