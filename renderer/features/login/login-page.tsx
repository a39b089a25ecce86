import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { setupQuery } from '../../api/session.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { LoginForm } from './login-form.tsx';
import { SetupForm } from './setup-form.tsx';
import { loginTexts } from './texts.ts';

const useStyles = makeStyles({
  root: {
    height: '100%',
    overflowY: 'auto',
    display: 'grid',
    placeItems: 'center',
    padding: tokens.spacingVerticalXL,
    boxSizing: 'border-box',
  },
  card: {
    width: '100%',
    maxWidth: '400px',
    boxSizing: 'border-box',
    padding: '32px',
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusXLarge,
    boxShadow: tokens.shadow8,
  },
  brand: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    marginBottom: tokens.spacingVerticalL,
  },
  title: { margin: 0, fontSize: '20px', lineHeight: '28px', fontWeight: tokens.fontWeightSemibold },
  hint: { color: tokens.colorNeutralForeground2, display: 'block', marginBottom: tokens.spacingVerticalL },
});

/** For browsers: who are you? On a new installation: the way to the first user. */
export default function LoginPage() {
  const styles = useStyles();
  const texts = useTexts(loginTexts);
  const { data, error, refetch } = useQuery(setupQuery);
  const title = data?.needed ? texts.setupTitle : texts.welcome;
  useEffect(() => {
    document.title = `${data?.needed ? texts.setupTitle : texts.title} · GuardIT`;
  }, [data, texts]);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return (
    <main className={styles.root}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <img src="/icon.svg" alt="" width={36} height={36} />
          <h1 className={styles.title}>{title}</h1>
        </div>
        {data.needed && <Text className={styles.hint}>{texts.setupHint}</Text>}
        {data.needed ? <SetupForm /> : <LoginForm />}
      </div>
    </main>
  );
}
