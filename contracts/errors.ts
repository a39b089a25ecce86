/**
 * Every code that an API answer can carry, and its HTTP status (api.md, "Errors"). The engine's codes have faces of their own
 * (main/app/errors/error-faces.ts).
 */
export const API_ERRORS = {
  invalid_request: 400,
  /** As invalid_request, under the name that seed 4 has for it. */
  validation_failed: 400,
  invalid_json: 400,
  dependency_cycle: 400,
  unauthenticated: 401,
  forbidden: 403,
  foreign_host: 403,
  foreign_origin: 403,
  task_not_active: 403,
  not_found: 404,
  task_not_registered: 404,
  agent_not_found: 404,
  run_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  task_exists: 409,
  run_active: 409,
  backup_active: 409,
  backup_has_children: 409,
  backup_pinned: 409,
  dependencies_unmet: 409,
  destination_not_empty: 409,
  offset_mismatch: 409,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  unprocessable: 422,
  overwrite_required: 422,
  destination_refused: 422,
  no_preview: 422,
  immutable: 423,
  rate_limited: 429,
  internal_error: 500,
  unavailable: 503,
  catalog_damaged: 503,
  storage_full: 507,
} as const satisfies Record<string, number>;

export type ApiErrorCode = keyof typeof API_ERRORS;

/** One reason why a request is refused, and where. `field` is a dotted path in the body, or a parameter's name. */
export interface ErrorDetail {
  readonly field?: string;
  readonly code?: string;
  readonly [more: string]: unknown;
}
