import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { EngineError } from '../base/errors.ts';
import { isFullId, type RepositoryId } from '../base/ids.ts';
import { parsePolynomial, randomPolynomial } from '../chunker/polynomial.ts';

/** 1: nothing compressed. 2: zstd. Newer versions do not exist (repository-format, section 20). */
export type RepositoryVersion = 1 | 2;

/** What the repository's `config` file says (repository-format, section 5). */
export interface RepositoryConfig {
  readonly version: RepositoryVersion;
  readonly id: RepositoryId;
  /** Irreducible, degree 53. Equal polynomials give equal chunk boundaries, which `copy` needs to deduplicate. */
  readonly chunkerPolynomial: bigint;
}

const configSchema = z.object({
  version: z.number(),
  id: z.string(),
  chunker_polynomial: z.string(),
  is_hot: z.optional(z.boolean()),
});

export function newConfig(version: RepositoryVersion, chunkerPolynomial?: bigint): RepositoryConfig {
  return {
    version,
    id: randomBytes(32).toString('hex') as RepositoryId,
    chunkerPolynomial: chunkerPolynomial ?? randomPolynomial(),
  };
}

/** Compact JSON in restic's field order; sealed by the caller, never compressed. */
export function encodeConfig(config: RepositoryConfig): Buffer {
  const { version, id, chunkerPolynomial } = config;
  return Buffer.from(JSON.stringify({ version, id, chunker_polynomial: chunkerPolynomial.toString(16) }));
}

/** Errors: `corrupt` for anything malformed, `unsupported_version` for a newer or foreign repository. */
export function decodeConfig(plaintext: Uint8Array, location: string): RepositoryConfig {
  const parsed = configSchema.safeParse(parseJson(plaintext, location));
  if (!parsed.success) {
    throw new EngineError(
      'corrupt',
      `The config of repository ${location} is damaged: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { version, id, chunker_polynomial: polynomial, is_hot: isHot } = parsed.data;
  if (version !== 1 && version !== 2) {
    throw new EngineError(
      'unsupported_version',
      `Repository ${location} has format version ${version}; this program reads versions 1 and 2. Use a newer program.`,
      { context: { version } },
    );
  }
  if (isHot === true) {
    throw new EngineError(
      'unsupported_version',
      `${location} is the hot part of a split repository and holds no data packs. Open its cold part instead.`,
    );
  }
  if (!isFullId(id)) throw new EngineError('corrupt', `The config of repository ${location} has no valid id.`);
  return { version, id: id as RepositoryId, chunkerPolynomial: parsePolynomial(polynomial) };
}

function parseJson(plaintext: Uint8Array, location: string): unknown {
  try {
    return JSON.parse(Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength).toString('utf8'));
  } catch (error) {
    throw new EngineError('corrupt', `The config of repository ${location} is not JSON.`, { cause: error });
  }
}
