import { Field, makeStyles, Radio, RadioGroup, Text, tokens } from '@fluentui/react-components';
import { APPEARANCES, choose } from '../../app/preferences/preferences.ts';
import { usePreferences } from '../../app/preferences/use-preferences.ts';
import { LANGUAGES } from '../../i18n/language.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { Panel } from '../../ui/panel.tsx';
import { settingsTexts } from './texts.ts';

const useStyles = makeStyles({
  fields: { display: 'flex', flexWrap: 'wrap', gap: '64px', rowGap: tokens.spacingVerticalL },
  hint: { color: tokens.colorNeutralForeground2, display: 'block', marginTop: tokens.spacingVerticalM },
});

export function AppearancePart() {
  const styles = useStyles();
  const texts = useTexts(settingsTexts);
  const { appearance, chosenLanguage } = usePreferences();
  return (
    <Panel title={texts.parts.appearance}>
      <div className={styles.fields}>
        <Field label={texts.theme}>
          <RadioGroup
            value={appearance}
            onChange={(_event, { value }) =>
              choose({ appearance: APPEARANCES.find((known) => known === value) ?? 'system' })
            }
          >
            {APPEARANCES.map((id) => (
              <Radio key={id} value={id} label={texts.themes[id]} />
            ))}
          </RadioGroup>
        </Field>
        <Field label={texts.language}>
          <RadioGroup
            value={chosenLanguage ?? 'system'}
            onChange={(_event, { value }) => choose({ language: LANGUAGES.find((known) => known === value) ?? null })}
          >
            {(['system', ...LANGUAGES] as const).map((id) => (
              <Radio key={id} value={id} label={texts.languages[id]} />
            ))}
          </RadioGroup>
        </Field>
      </div>
      <Text className={styles.hint}>{texts.thisBrowser}</Text>
    </Panel>
  );
}
