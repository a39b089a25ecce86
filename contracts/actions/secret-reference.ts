import { z } from 'zod';

/** Also a part of a file's name in the data folder's secrets/. */
export const SECRET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Stands where a value would: `{"$secret": "smtp-password"}`. `prefix` comes before the value: `"Bearer "`. */
export const secretReferenceSchema = z
  .strictObject({
    $secret: z.string().regex(SECRET_NAME, 'a name of letters, digits, ".", "_" and "-", at most 100'),
    prefix: z.string().max(100).optional(),
  })
  .meta({
    id: 'SecretReference',
    description: 'Read from the secret store when the task runs; never stored in the catalog, logged or shown.',
    examples: [{ $secret: 'api-token', prefix: 'Bearer ' }],
  });

export type SecretReference = z.infer<typeof secretReferenceSchema>;

/** Any object with a `$secret` is meant as a reference; one that is malformed must not pass as a literal. */
export function isSecretLike(value: unknown): value is { readonly $secret: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, '$secret');
}

/** Whether a secret is named anywhere in a config. */
export function namesSecret(config: unknown): boolean {
  if (isSecretLike(config)) return true;
  return typeof config === 'object' && config !== null && Object.values(config).some(namesSecret);
}
