import type { Confirmation } from '../../ui/confirm-dialog.tsx';
import type { taskTexts } from './texts.ts';

const NAMED = 8;

/** Names the tasks and what goes with them. */
export function deleteConfirmation(
  names: readonly string[],
  texts: (typeof taskTexts)['en'],
  act: () => Promise<unknown>,
): Confirmation {
  const [first = ''] = names;
  return {
    title: texts.deleteTitle(names.length, first),
    action: texts.deleteAction(names.length),
    act,
    content: (
      <>
        {names.length > 1 && (
          <ul>
            {names.slice(0, NAMED).map((name) => (
              <li key={name}>{name}</li>
            ))}
            {names.length > NAMED && <li>{texts.andMore(names.length - NAMED)}</li>}
          </ul>
        )}
        <p>{texts.deleteLoses}</p>
        <ul>
          <li>{texts.deleteHistory}</li>
          <li>{texts.deleteReports}</li>
        </ul>
        <p>{texts.deleteKept}</p>
      </>
    ),
  };
}
