import { catalogue } from '../../i18n/catalogue.ts';

export const loginTexts = catalogue(
  {
    title: 'Log in',
    welcome: 'Welcome to GuardIT',
    name: 'User name',
    password: 'Password',
    logIn: 'Log in',
    setupTitle: 'Make the first user',
    setupHint: 'There is no user on this installation yet. The first one becomes its admin.',
    code: 'Setup code',
    codeHint: 'It stands in the terminal where guardit serve was started. It changes with each start and works once.',
    passwordHint: (count: number) => `At least ${count} characters.`,
    repeat: 'Password once more',
    notTheSame: 'The two passwords differ.',
    missing: 'Please fill this in.',
    create: 'Create the admin',
    otherWay: 'The code is not at hand? On the machine itself, this command makes a user as well:',
    tooMany: (seconds: number) => `Too many attempts. Try again in ${seconds} seconds.`,
  },
  {
    de: {
      title: 'Anmelden',
      welcome: 'Willkommen bei GuardIT',
      name: 'Benutzername',
      password: 'Kennwort',
      logIn: 'Anmelden',
      setupTitle: 'Ersten Benutzer anlegen',
      setupHint: 'Diese Installation hat noch keinen Benutzer. Der erste wird ihr Administrator.',
      code: 'Einrichtungscode',
      codeHint:
        'Er steht im Terminal, in dem guardit serve gestartet wurde. Er gilt bis zum nächsten Start und nur einmal.',
      passwordHint: (count) => `Mindestens ${count} Zeichen.`,
      repeat: 'Kennwort noch einmal',
      notTheSame: 'Die beiden Kennwörter sind verschieden.',
      missing: 'Bitte ausfüllen.',
      create: 'Administrator anlegen',
      otherWay: 'Der Code ist nicht zur Hand? Auf dem Rechner selbst legt auch dieser Befehl einen Benutzer an:',
      tooMany: (seconds) => `Zu viele Versuche. Versuchen Sie es in ${seconds} Sekunden wieder.`,
    },
  },
);
