import type { Rectangle } from 'electron';

export const POPOVER_SIZE = { width: 380, height: 520 };
const GAP = 8;

/**
 * Beside the tray's icon, wholly on its display's work area: above a taskbar at the bottom, below one at the top, beside one at
 * a side. `icon` has no size where the system does not tell where it is; then it is the lower right corner.
 */
export function placePopover(icon: Rectangle, workArea: Rectangle): Rectangle {
  const width = Math.min(POPOVER_SIZE.width, workArea.width);
  const height = Math.min(POPOVER_SIZE.height, workArea.height);
  const right = workArea.x + workArea.width - width - GAP;
  const bottom = workArea.y + workArea.height - height - GAP;
  if (icon.width === 0 || icon.height === 0) return { x: right, y: bottom, width, height };
  const x = icon.x + icon.width / 2 - width / 2;
  const isAbove = icon.y + icon.height / 2 > workArea.y + workArea.height / 2;
  const y = isAbove ? icon.y - height - GAP : icon.y + icon.height + GAP;
  return {
    x: Math.round(Math.min(Math.max(x, workArea.x + GAP), right)),
    y: Math.round(Math.min(Math.max(y, workArea.y + GAP), bottom)),
    width,
    height,
  };
}
