import { Toast, Toaster, ToastBody, ToastTitle, useToastController } from '@fluentui/react-components';
import { useCallback } from 'react';

const TOASTER = 'notices';

/** Where notices appear; once, in the app's frame. */
export function Notices() {
  return <Toaster toasterId={TOASTER} position="bottom-end" limit={4} />;
}

/** Says that something was done, or why it was not. Screen readers hear it. */
export function useNotices() {
  const { dispatchToast } = useToastController(TOASTER);
  const done = useCallback(
    (text: string) =>
      dispatchToast(
        <Toast>
          <ToastTitle>{text}</ToastTitle>
        </Toast>,
        { intent: 'success', politeness: 'polite', timeout: 4_000 },
      ),
    [dispatchToast],
  );
  const failed = useCallback(
    (title: string, error: unknown) =>
      dispatchToast(
        <Toast>
          <ToastTitle>{title}</ToastTitle>
          <ToastBody>{error instanceof Error ? error.message : String(error)}</ToastBody>
        </Toast>,
        { intent: 'error', politeness: 'assertive', timeout: 10_000 },
      ),
    [dispatchToast],
  );
  return { done, failed };
}
