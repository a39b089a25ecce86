/** Of a schedule, by its id or its name. */
export function schedulePath(id: string, ...more: readonly string[]): string {
  return ['/api/v1/schedules', encodeURIComponent(id), ...more].join('/');
}
