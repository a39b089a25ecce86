import { PutSecretBody, Secret, SecretList, SecretParams } from '../../../contracts/secrets.ts';
import type { Secrets } from '../../app/secrets/secrets.ts';
import { operation, type Operation } from '../operation.ts';

const SHARED = { tag: 'secrets', family: 'tasks', access: { roles: ['admin'] } } as const;

/** Secrets that configurations refer to. Admins only; no answer has a value. */
export function secretOperations(secrets: Secrets): Operation[] {
  return [
    operation({
      ...SHARED,
      id: 'listSecrets',
      method: 'GET',
      path: '/api/secrets',
      summary: 'List the names of the secrets',
      description: 'In order. The values can not be had.',
      responses: { 200: { description: 'The names.', schema: SecretList } },
      handle: async () => ({ status: 200, body: { secrets: (await secrets.names()).map((name) => ({ name })) } }),
    }),
    operation({
      ...SHARED,
      id: 'putSecret',
      method: 'PUT',
      path: '/api/secrets/{name}',
      summary: 'Store a secret',
      description:
        'Makes it, or replaces its value. A configuration refers to it as `{"$secret": "name"}`; runs that begin from now on get the new value.',
      params: SecretParams,
      body: PutSecretBody,
      errors: ['conflict', 'payload_too_large', 'storage_full', 'unavailable'],
      responses: {
        201: { description: 'It is stored, under a new name.', schema: Secret },
        204: { description: 'Its value is replaced.' },
      },
      handle: async ({ caller, params: { name }, body: { value } }) => {
        const isNew = await secrets.set(caller, name, value);
        return isNew ? { status: 201, body: { name } } : { status: 204 };
      },
    }),
    operation({
      ...SHARED,
      id: 'deleteSecret',
      method: 'DELETE',
      path: '/api/secrets/{name}',
      summary: 'Remove a secret',
      description: 'Runs whose configuration refers to it fail from now on, and say which secret is missing.',
      params: SecretParams,
      errors: ['conflict', 'not_found', 'unavailable'],
      responses: { 204: { description: 'It is gone.' } },
      handle: async ({ caller, params }) => {
        await secrets.remove(caller, params.name);
        return { status: 204 };
      },
    }),
  ];
}
