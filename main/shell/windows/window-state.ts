import type { Rectangle } from 'electron';
import { z } from 'zod';

const Side = z.int().min(-100_000).max(100_000);

/** How the main window was left. Sizes and places in device-independent pixels. */
export const WindowState = z.object({ x: Side, y: Side, width: Side, height: Side, isMaximized: z.boolean() });
export type WindowState = z.infer<typeof WindowState>;

export const MIN_WIDTH = 800;
export const MIN_HEIGHT = 560;
const DEFAULT_SIZE = { width: 1180, height: 780 };
/** So much of the window must be on a display, or nobody could take hold of it. */
const MIN_VISIBLE = 120;

/**
 * Where the window goes now: as it was left, but never larger than its display, and never on one that is gone. Without a place
 * Electron centres it.
 */
export function placeWindow(
  left: WindowState | null,
  workAreas: readonly Rectangle[],
): { readonly bounds: Partial<Rectangle>; readonly isMaximized: boolean } {
  if (left === null) return { bounds: fitted(DEFAULT_SIZE, workAreas[0]), isMaximized: false };
  const area = workAreas.find((candidate) => isGraspable(left, candidate));
  if (!area) return { bounds: fitted(left, workAreas[0]), isMaximized: left.isMaximized };
  const { width, height } = fitted(left, area);
  const x = clamp(left.x, area.x, area.x + area.width - width);
  const y = clamp(left.y, area.y, area.y + area.height - height);
  return { bounds: { x, y, width, height }, isMaximized: left.isMaximized };
}

function isGraspable({ x, y, width, height }: Rectangle, area: Rectangle): boolean {
  const across = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  const down = Math.min(y + height, area.y + area.height) - Math.max(y, area.y);
  return across >= MIN_VISIBLE && down >= MIN_VISIBLE;
}

function fitted(size: { width: number; height: number }, area: Rectangle | undefined) {
  const width = Math.max(MIN_WIDTH, size.width);
  const height = Math.max(MIN_HEIGHT, size.height);
  return area ? { width: Math.min(width, area.width), height: Math.min(height, area.height) } : { width, height };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}
