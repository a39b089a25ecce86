import { z } from 'zod';
import { SECRET_NAME } from './actions/secret-reference.ts';

const SecretName = z
  .string()
  .regex(SECRET_NAME, 'must be letters, digits, ".", "_" and "-", at most 100, a letter or digit first')
  .meta({ examples: ['api-token'] });

export const Secret = z.object({ name: SecretName }).meta({ id: 'Secret' });
export const SecretList = z.object({ secrets: z.array(Secret) });
export const SecretParams = z.object({ name: SecretName });

export const PutSecretBody = z.strictObject({
  value: z
    .string()
    .min(1)
    // Half a character would become another one on its way to the disk.
    .refine((value) => value.isWellFormed(), 'must not hold half of a surrogate pair')
    .meta({ format: 'password', description: 'Kept as it is, line breaks too. At most 64 KiB as UTF-8.' }),
});
