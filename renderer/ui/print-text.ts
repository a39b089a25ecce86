/** What is printed instead of the page; base.css hides the rest on paper. */
const CLASS = 'print-sheet';

/** Prints a text on a sheet of its own. It leaves the page when the printer's dialog is closed. */
export function printText(text: string): void {
  const sheet = document.createElement('pre');
  sheet.className = CLASS;
  sheet.textContent = text;
  document.body.append(sheet);
  addEventListener('afterprint', () => sheet.remove(), { once: true });
  print();
}

/** Gives a text to the browser as a file to be saved. */
export function downloadText(fileName: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName.replaceAll(/[\\/:*?"<>|]/g, '-');
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
