/** Shows a page in the main window, and the popover no more; in a browser, which has no popover, it goes there. */
export function openInMainWindow(route: string): void {
  const { guardit } = window;
  if (!guardit) return window.location.assign(route);
  void guardit.openMainWindow(route).then(() => guardit.hidePopover());
}
